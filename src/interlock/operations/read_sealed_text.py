"""A text that is or was in force, or is proposed, as one prints it: with signatures and seal."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.agreement.expiry import expiry_of
from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement
from interlock.agreement.sentences import Clause, clauses
from interlock.operations.attributes import known_attributes
from interlock.operations.prove import Proof, prove
from interlock.operations.reading import Basis, current
from interlock.operations.seals import sealed
from interlock.operations.signed import installation_key
from interlock.store.models import AgreementVersion, Proposal


@dataclass(frozen=True)
class SealedTextPage:
    """The text of a seal. `agreement` is None where it can no longer be read.

    `key` is the public half of the key that made the signatures, in base64.
    """

    basis: Basis
    proof: Proof
    text: str
    agreement: Agreement | None
    clauses: tuple[Clause, ...]
    key: str

    @property
    def expiry(self) -> str:
        """How long it was agreed for, and what holds afterwards; "" where it says nothing."""
        return expiry_of(self.agreement) if self.agreement else ""


def read_sealed_text(seal: str) -> SealedTextPage | None:
    """The text of that seal, or None."""
    texts = (
        *AgreementVersion.objects.order_by("-pk").values_list("text", flat=True),
        *Proposal.objects.filter(seal=seal).values_list("text", flat=True),
    )
    text = next((each for each in texts if sealed(each) == seal), None)
    if text is None:
        return None
    agreement = load(text, attributes=known_attributes()).agreement
    return SealedTextPage(
        basis=current().basis,
        proof=prove(seal),
        text=text,
        agreement=agreement,
        clauses=clauses(agreement) if agreement else (),
        key=installation_key(),
    )
