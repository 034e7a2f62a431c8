"""An accepted offer becomes a project: the frozen split as rows, one milestone after another."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from milebill.domain.offer import Offer, read
from milebill.domain.work import Work
from milebill.models import Criterion, Milestone, MilestoneAmount, Project, Quote, Revision, TaxGroup
from milebill.models.party import Snapshot


def make_project(
    work: Work, quote: Quote, revision: Revision, buyer: Snapshot, purchase_order_number: str, buyer_reference: str
) -> tuple[Project, list[Milestone], dict[int, TaxGroup]]:
    """The project with its milestones and tax groups (by position), all flushed."""
    content = read(revision.content or {})
    if quote.client_id is None:
        raise ValueError("a sent quote has a client")
    project = Project(
        workspace_id=work.workspace.id,
        quote_id=quote.id,
        revision_id=revision.id,
        client_id=quote.client_id,
        title=content["title"],
        currency=content["currency"],
        payment_terms_days=content["payment_terms_days"],
        buyer=buyer,
        purchase_order_number=purchase_order_number,
        buyer_reference=buyer_reference,
        final_invoice=content["final_invoice"],
        second_approval=_second_approval(content),
        clauses=content["clauses"],
        net=content["net"],
        tax=content["tax"],
        gross=content["gross"],
        billed_net=0,
        billed_tax=0,
        billed_gross=0,
        accepted_at=work.now,
    )
    work.session.add(project)
    work.session.flush()
    groups = _groups(project, content)
    milestones = [_milestone(work, project, item) for item in content["milestones"]]
    work.session.add_all([*groups.values(), *milestones])
    work.session.flush()
    for milestone, item in zip(milestones, content["milestones"], strict=True):
        work.session.add_all(_parts(milestone, item, groups))
    work.session.flush()
    return project, milestones, groups


def _second_approval(content: Offer) -> dict[str, Any] | None:
    """The rule that two people approve, in the form that models/two_approvers.py reads."""
    if content["second_approval"] is None:
        return None
    return {name: content[name] for name in ("approver", "second_approval")}


def _groups(project: Project, content: Offer) -> dict[int, TaxGroup]:
    groups: dict[int, TaxGroup] = {}
    for tax in content["taxes"]:
        if tax["nth"] == 1:
            groups[tax["group"]] = TaxGroup(
                project_id=project.id,
                position=tax["group"],
                **{name: tax[name] for name in ("label", "category", "rate", "reason_code", "reason")},
            )
        else:
            groups[tax["group"]].second_label, groups[tax["group"]].second_rate = tax["label"], tax["rate"]
    return groups


def _milestone(work: Work, project: Project, item: Offer) -> Milestone:
    return Milestone(
        workspace_id=work.workspace.id,
        project_id=project.id,
        position=item["position"],
        title=item["title"],
        description=item["description"],
        planned_on=date.fromisoformat(item["planned_on"]) if item["planned_on"] else None,
        trigger=item["trigger"],
        net=item["net"],
        tax=item["tax"],
    )


def _parts(milestone: Milestone, item: Offer, groups: dict[int, TaxGroup]) -> Iterable[Criterion | MilestoneAmount]:
    for position, criterion in enumerate(item["criteria"], 1):
        yield Criterion(milestone_id=milestone.id, position=position, **criterion)
    for amount in item["amounts"]:
        yield MilestoneAmount(
            milestone_id=milestone.id,
            tax_group_id=groups[amount["group"]].id,
            net=amount["net"],
            tax=amount["tax"],
            second_tax=amount["second_tax"],
        )
