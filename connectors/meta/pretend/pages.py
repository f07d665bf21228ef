"""What a person sees of an account here: its posts, and a box under each in which to comment as a shopper."""

from __future__ import annotations

import html

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from connectors.meta.pretend import commenting
from connectors.meta.pretend.answers import shops
from connectors.sandbox.posts import Comment, Post
from connectors.sandbox.world import Shop, World


def show(world: World, kind: str, request: Request) -> Response:
    ours = [each for each in shops(world, kind) if request.query_params.get("shop") in (None, each.domain)]
    whole = "".join(
        f"<h1>{html.escape(each.name)}</h1>{''.join(_post(each, post) for post in each.posts.values())}"
        for each in ours
    )
    return HTMLResponse(
        f"<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><title>{kind.capitalize()}</title>"
        f"<body style='font:16px/1.5 system-ui;max-width:42rem;margin:2rem auto;padding:0 1rem'>{whole}"
    )


def write(world: World, kind: str, request: Request, form: dict[str, str]) -> Response:
    shop = world.shops.get(form.get("shop", ""))
    post = shop.posts.get(form.get("post", "")) if shop and shop.platform == kind else None
    shopper = shop.shoppers.get(int(form.get("shopper") or 0)) if shop else None
    if shop is None or post is None or shopper is None or not form.get("text", "").strip():
        return HTMLResponse("Who says what, and under which post?", 422)
    commenting.write(world, shop, post, shopper, form["text"].strip(), int(form.get("parent") or 0))
    return RedirectResponse(f"{request.url.path}?shop={shop.domain}", 303)


def _post(shop: Shop, post: Post) -> str:
    said = "".join(_comment(shop, each) for each in post.comments)
    people = "".join(f"<option value={each.id}>{html.escape(each.name)}" for each in shop.shoppers.values())
    return (
        f"<article><h2>{html.escape(post.title)} <small>({html.escape(post.kind)})</small></h2><ul>{said or '<li>No comments yet.'}</ul>"
        f"<form method=post><input type=hidden name=shop value='{html.escape(shop.domain)}'>"
        f"<input type=hidden name=post value='{html.escape(post.id)}'><select name=shopper aria-label=Who>{people}</select> "
        "<input name=text aria-label=Comment placeholder='Write a comment…' required> <button>Comment</button></form></article>"
    )


def _comment(shop: Shop, said: Comment) -> str:
    shopper = shop.shoppers.get(said.shopper_id)
    notes = [
        note for note, is_so in (("hidden", said.hidden), ("answered privately", said.answered)) if is_so
    ]
    name = shopper.name if shopper else shop.name
    indent = " style='margin-left:2rem'" if said.parent_id else ""
    return f"<li{indent}><b>{html.escape(name)}</b>: {html.escape(said.text)} <i>{', '.join(notes)}</i>"
