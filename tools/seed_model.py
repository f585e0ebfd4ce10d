"""Makes the model that tells reasons from the first minute on, of the phrases in `hearing/reasons/seeds`: no other text takes part.

How sure it may be is told by phrases written at another time than all it learnt from then.
Run it after a change of seeds, of the tree or of the learner; a test says when it is due. `bench/hearing/` measures.
"""

from pathlib import Path

from lyhord.hearing.reasons.learner import Example, train
from lyhord.hearing.reasons.seeding import TOPS, read_seeds

MODEL = Path(__file__).parent.parent / "src/lyhord/hearing/reasons/models/seed.model"


def main() -> None:
    examples = [Example(one.text, one.key, one.language, one.weight, one.part) for one in read_seeds()]
    made = train(examples, tops=TOPS)
    MODEL.parent.mkdir(exist_ok=True)
    MODEL.write_bytes(made)
    print(f"{MODEL}: {len(made):,} bytes of {len(read_seeds()):,} phrases")


if __name__ == "__main__":
    main()
