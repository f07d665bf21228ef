"""The pretend world and the server that shows it through each platform's real API.

Each connector's `sandbox.py` offers

    def routes(world: World, trouble: Trouble) -> list[starlette.routing.BaseRoute]

and the server mounts them below `/<kind>` (`/shopify`, `/ups`), so that a connector reaches it by its
`base_url` setting alone. discover.py says what else a module may offer, hub.py how webhooks leave.

`python -m connectors.sandbox` runs all of it (running.py). world.py holds the nouns, seed.py the beginning,
api.py the JSON that the demo and the tests use, pages/ what a person sees.
"""
