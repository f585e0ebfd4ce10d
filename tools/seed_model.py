"""Makes the model that tells reasons from the first minute on, of the phrases in `hearing/reasons/seeds`: no other text takes part.

It tells by words alone, and where the extra `embed` is installed by meaning, too; it is made with that extra: `make .venv/.bench`.
How sure it may be is told by phrases written at another time than all it learnt from then.
Run it after a change of seeds, of the tree or of the learner; a test says when it is due. `bench/hearing/` measures.
"""

import tempfile
from pathlib import Path

from lyhord.hearing.reasons.embedders import open_embedder
from lyhord.hearing.reasons.learner import train
from lyhord.hearing.reasons.points import EMBEDDER, Remembering
from lyhord.hearing.reasons.seeding import TOPS, list_examples

MODEL = Path(__file__).parent.parent / "src/lyhord/hearing/reasons/models/seed.model"


def main() -> None:
    examples, embedder = list_examples(), open_embedder(EMBEDDER)
    texts = [one.text for one in examples]
    kept = Path(tempfile.gettempdir()) / "lyhord-seed-points.npz"
    made = train(examples, embedder and Remembering(embedder, kept, texts), tops=TOPS)
    MODEL.parent.mkdir(exist_ok=True)
    MODEL.write_bytes(made)
    print(f"{MODEL}: {len(made):,} bytes of {len(examples):,} phrases")


if __name__ == "__main__":
    main()
