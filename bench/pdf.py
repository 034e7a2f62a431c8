"""The PDF of a 24-line invoice: our template through xhtml2pdf, against the same page drawn by hand with reportlab."""

import gc
import io
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import segno
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from milebill.money import format_money
from milebill.outbound import einvoice
from milebill.outbound.einvoice import Syntax
from milebill.outbound.qr_picture import qr_png
from milebill.outbound.renderer import conversion, faces, metadata, serving
from tests.outbound import samples

LINES = 24
RUNS = 25
MM = 72 / 25.4
QR = qr_png(
    segno.make_qr("BCD\n002\n1\nSCT\nESSESESS\nStudio\nSE4550000000058398257466\nEUR1\n\n\n2027-0014", error="m")
)
INK, GREY, RULE = 0x1B2128, 0x646E79, 0xDDE2E7


def measure() -> dict[str, float]:
    """Seconds of processor time, warm, for both, and the ratio. Ours is a PDF/A with the invoice inside."""
    for name in ("Inter-Regular", "Inter-SemiBold"):
        pdfmetrics.registerFont(TTFont(name, str(faces.FONTS / f"{name}.ttf")))
    conversion.prepare()
    invoice = samples.invoice(LINES)
    html, xml = samples.printed("invoice", invoice=invoice), einvoice.xml_of(invoice, Syntax.CII)
    head = {"seconds": 30, "folder": None, "archive": asdict(metadata.About("", "", "", ""))}
    by_hand, rendered = _best(lambda: Drawing(invoice).pdf(), lambda: serving.make(head, html, xml))
    return {"by_hand": by_hand, "rendered": rendered, "ratio": rendered / by_hand}


def _best(*works: Callable[[], object]) -> list[float]:
    """The least time that each work took: what else the machine does only adds to it. They take turns, and garbage is
    collected between them, as in the renderer's process."""
    times: list[list[float]] = [[] for _ in works]
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        for run in range(RUNS + 2):
            for work, taken in zip(works, times, strict=True):
                start = time.process_time()
                work()
                if run >= 2:  # the first runs warm up
                    taken.append(time.process_time() - start)
                gc.collect()
    finally:
        gc.enable()
        gc.unfreeze()
    return [min(taken) for taken in times]


class Drawing:
    """The invoice of our template, every string and every rule of it placed by a programmer."""

    def __init__(self, invoice: dict[str, Any]) -> None:
        self.invoice = invoice
        self.target = io.BytesIO()
        self.canvas = Canvas(self.target, pagesize=(210 * MM, 297 * MM), lang="en")
        self.pages = 0
        self.y = 0.0

    def pdf(self) -> bytes:
        """The finished document."""
        self.canvas.setTitle(f"Invoice {self.invoice['number']}")
        self.canvas.setAuthor(samples.BRAND["name"])
        self._begin_page()
        self._head()
        self._lines()
        self._totals()
        self._rest()
        self._end_page()
        self.canvas.beginForm("pages")
        self._text(183, 277, str(self.pages), 7, GREY)
        self.canvas.endForm()
        self.canvas.save()
        return self.target.getvalue()

    def _text(self, x: float, y: float, text: str, size: float = 9, colour: int = INK, face: str = "Regular") -> None:
        self.canvas.setFont(f"Inter-{face}", size)
        self.canvas.setFillColor(f"#{colour:06x}")
        self.canvas.drawString(x * MM, (297 - y) * MM, text)

    def _right(self, y: float, text: str, size: float = 9, colour: int = INK, face: str = "Regular") -> None:
        self.canvas.setFont(f"Inter-{face}", size)
        self.canvas.setFillColor(f"#{colour:06x}")
        self.canvas.drawRightString(190 * MM, (297 - y) * MM, text)

    def _rule(self, y: float, left: float = 25, width: float = 0.4, colour: int = RULE) -> None:
        self.canvas.setStrokeColor(f"#{colour:06x}")
        self.canvas.setLineWidth(width)
        self.canvas.line(left * MM, (297 - y) * MM, 190 * MM, (297 - y) * MM)

    def _wrapped(self, x: float, text: str, width: float) -> float:
        lines = simpleSplit(text, "Inter-Regular", 9, width * MM)
        for number, line in enumerate(lines):
            self._text(x, self.y + number * 4.6, line)
        return len(lines) * 4.6

    def _money(self, minor: int) -> str:
        return format_money(minor, self.invoice["currency"], "en")

    def _begin_page(self) -> None:
        self.pages += 1
        self.y = 108 if self.pages == 1 else 30
        if self.pages > 1:
            self._text(25, 18, f"{samples.BRAND['name']} · Invoice {self.invoice['number']}", 9, GREY)

    def _end_page(self) -> None:
        seller = self.invoice["seller"]
        self._rule(273)
        address = (
            f"{seller['legal_name']} · {seller['address_line_1']} · {seller['post_code']} {seller['city']} · Sweden"
        )
        numbers = f"Tax ID {seller['tax_id']} · Registration {seller['registration_id']} · {seller['email']}"
        self._text(25, 277, address, 7, GREY)
        self._text(25, 280.8, numbers, 7, GREY)
        self._text(172, 277, f"Page {self.pages} of", 7, GREY)
        self.canvas.doForm("pages")
        self.canvas.showPage()

    def _head(self) -> None:
        invoice, buyer, seller = self.invoice, self.invoice["buyer"], self.invoice["seller"]
        self.canvas.setFillColor(samples.BRAND["colour"])
        self.canvas.rect(25 * MM, (297 - 17.4) * MM, 12 * MM, 1.4 * MM, stroke=0, fill=1)
        self._text(25, 24, samples.BRAND["name"], 13, face="SemiBold")
        self._text(25, 48, f"{seller['legal_name']} · {seller['address_line_1']} · {seller['city']}", 6.5, GREY)
        self._text(25, 54, buyer["legal_name"], face="SemiBold")
        lines = [buyer["address_line_1"], buyer["address_line_2"], f"{buyer['post_code']} {buyer['city']}", "Germany"]
        for number, line in enumerate(lines):
            self._text(25, 58.6 + number * 4.6, line)
        facts = [
            ("Invoice date", "3 March 2027"),
            ("Due date", "2 April 2027"),
            ("Purchase order", invoice["purchase_order_number"]),
            ("Your reference", invoice["buyer_reference"]),
        ]
        for number, (label, value) in enumerate(facts):
            self._text(122, 48 + number * 5.3, label, 8.5, GREY)
            self._text(150, 48 + number * 5.3, value, 8.5)
        self._text(25, self.y, f"Invoice {invoice['number']}", 20, face="SemiBold")
        self._text(25, self.y + 8, invoice["title"], 10.5, GREY)
        self._right(self.y, self._money(invoice["gross"]), 15, face="SemiBold")
        self._right(self.y + 8, "payable by 2 April 2027", 8.5, GREY)
        self.y += 20

    def _lines(self) -> None:
        self._line_head()
        for line in self.invoice["lines"]:
            if self.y > 258:
                self._end_page()
                self._begin_page()
                self._line_head()
            self._right(self.y, self._money(line["net"]))
            self.y += self._wrapped(25, line["description"], 129) + 1.4
            self._rule(self.y - 2.8)
            self.y += 1.7

    def _line_head(self) -> None:
        self._text(25, self.y, "Description", 7.5, GREY)
        self._right(self.y, "Net", 7.5, GREY)
        self._rule(self.y + 2, width=0.6, colour=INK)
        self.y += 6.5

    def _totals(self) -> None:
        self._text(115, self.y, "Net", 9, GREY)
        self._right(self.y, self._money(self.invoice["net"]))
        self.y += 6.5
        for tax in self.invoice["taxes"]:
            self._text(115, self.y, f"{tax['label']} {tax['rate'] / 1000:g} % on {self._money(tax['net'])}", 9, GREY)
            self._right(self.y, self._money(tax["tax"]))
            self.y += 6.5
        self._rule(self.y - 3, left=115, width=1.2, colour=0x0F6B5C)
        self._text(115, self.y + 2, "Amount due", 12, face="SemiBold")
        self._right(self.y + 2, self._money(self.invoice["gross"]), 12, face="SemiBold")
        self.y += 14

    def _rest(self) -> None:
        invoice, proof, payment = self.invoice, self.invoice["proof"], self.invoice["payment"]
        self.y += self._wrapped(
            29,
            f"Milestone {proof['milestone_position']} of {proof['milestone_count']}, {proof['milestone_title']}, "
            f"signed off by {proof['name']}, {proof['job_title']}, on 3 March 2027. Receipt {proof['receipt']}",
            160,
        )
        self.y += 6
        self._text(25, self.y, "Payment", face="SemiBold")
        self.y += 6
        self._text(25, self.y, f"Please pay {self._money(invoice['gross'])} by 2 April 2027.")
        for label, value in [
            ("Account holder", payment["account_name"]),
            ("IBAN", payment["iban"]),
            ("BIC", payment["bic"]),
        ]:
            self.y += 4.6
            self._text(25, self.y, label, 9, GREY)
            self._text(55, self.y, value)
        self.canvas.drawImage(ImageReader(io.BytesIO(QR)), 162 * MM, (297 - self.y - 8) * MM, 28 * MM, 28 * MM)
        self._right(self.y + 11, "Scan to pay", 7, GREY)
        self.y += 16
        self._text(25, self.y, "Where the contract stands", face="SemiBold")
        for x, width, colour in ((25, 40, 0x8B959F), (65, 50, 0x0F6B5C), (115, 75, 0xE3E8EC)):
            self.canvas.setFillColor(f"#{colour:06x}")
            self.canvas.rect(x * MM, (297 - self.y - 4) * MM, width * MM, 1.8 * MM, stroke=0, fill=1)
        for number, (label, amount) in enumerate(invoice["contract"].items()):
            self._text(25 + number * 41.25, self.y + 7, label.replace("_", " ").capitalize(), 7, GREY)
            self._text(25 + number * 41.25, self.y + 11.5, self._money(amount))
        self._rule(self.y + 15)


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"pdf.{name}: {value:.4f}")
