"""The pretend world and the server that shows it through each platform's real API.

Each connector's `sandbox.py` offers

    def routes(world: World, trouble: Trouble) -> list[starlette.routing.BaseRoute]

and the server mounts them below `/<kind>` (`/shopify`, `/ups`), so that a connector reaches it by its
`base_url` setting alone. A module may also offer `push(world, what, thing, deliver)`, called for each change, which
sends the platform's webhooks with `deliver(url, headers, body)`.
"""
