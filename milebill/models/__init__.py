"""One record per file: columns, predicates, and the verbs of that one record.

Importing this package registers every table.
"""

from milebill.models.approval import Approval
from milebill.models.bank_booking import BankBooking
from milebill.models.bank_import import BankImport
from milebill.models.bank_line import BankLine
from milebill.models.client import Client
from milebill.models.correction_request import CorrectionRequest, CorrectionState
from milebill.models.credit import Credit
from milebill.models.document import Document, DocumentKind
from milebill.models.draft_link import DraftLink
from milebill.models.draft_paper import DraftPaper
from milebill.models.event import Event, EventKind
from milebill.models.invoice import Invoice, InvoiceKind, InvoiceLine, InvoiceTax
from milebill.models.invoice_version import InvoiceVersion
from milebill.models.link import Link, LinkOpening, Role
from milebill.models.login import LoginLink
from milebill.models.mail import Mail, MailKind
from milebill.models.message import Message
from milebill.models.milestone import Criterion, Milestone, MilestoneAmount, MilestoneState
from milebill.models.number_series import NumberSeries
from milebill.models.payment import Payment, PaymentKind
from milebill.models.person import Person
from milebill.models.plan import Plan
from milebill.models.project import Project, TaxGroup
from milebill.models.project_statement import ProjectStatement
from milebill.models.quote import Quote, QuoteState
from milebill.models.receipt import Receipt
from milebill.models.revision import Revision
from milebill.models.stored_file import StoredFile
from milebill.models.submission import CriterionDecision, Deliverable, Submission
from milebill.models.transmission import Transmission, TransmissionState
from milebill.models.user import Membership, MembershipRole, User
from milebill.models.workspace import Workspace

__all__ = [
    "Approval",
    "BankBooking",
    "BankImport",
    "BankLine",
    "Client",
    "CorrectionRequest",
    "CorrectionState",
    "Credit",
    "Criterion",
    "CriterionDecision",
    "Deliverable",
    "Document",
    "DocumentKind",
    "DraftLink",
    "DraftPaper",
    "Event",
    "EventKind",
    "Invoice",
    "InvoiceKind",
    "InvoiceLine",
    "InvoiceTax",
    "InvoiceVersion",
    "Link",
    "LinkOpening",
    "LoginLink",
    "Mail",
    "MailKind",
    "Membership",
    "MembershipRole",
    "Message",
    "Milestone",
    "MilestoneAmount",
    "MilestoneState",
    "NumberSeries",
    "Payment",
    "PaymentKind",
    "Person",
    "Plan",
    "Project",
    "ProjectStatement",
    "Quote",
    "QuoteState",
    "Receipt",
    "Revision",
    "Role",
    "StoredFile",
    "Submission",
    "TaxGroup",
    "Transmission",
    "TransmissionState",
    "User",
    "Workspace",
]
