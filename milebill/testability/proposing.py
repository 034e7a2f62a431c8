"""How a criterion could be checked and by what evidence: what is proposed to a writer who has not said it."""

from functools import lru_cache

from milebill.testability.reading import MAX_READ, read
from milebill.testability.rules import Proof, rules_of

MOST = 2


@lru_cache(maxsize=2048)
def proposals(text: str, language: str) -> tuple[str, ...]:
    """The two closest ways to check it, by what makes it testable. Raises KeyError for a language without rules."""
    rules, known = rules_of(language), read(text, language).evidence
    fitting = [proof for proof in rules.proofs if _fits(proof, text[:MAX_READ], known)]
    found = dict.fromkeys(proof.words for proof in fitting if proof.when or proof.pattern)
    return tuple(found)[:MOST] or tuple(proof.words for proof in fitting)


def _fits(proof: Proof, text: str, known: frozenset[str]) -> bool:
    return proof.when <= known and (proof.pattern is None or proof.pattern.search(text) is not None)
