"""SVGs that people upload: what designers export, and what nobody should."""

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 300 100">%s</svg>'
)


def svg(inside: str) -> str:
    """An SVG, three times as wide as it is high, with that inside."""
    return DRAWING % inside


RECT = '<rect width="300" height="100" fill="#0b6a4b"/>'
_STOPS = '<stop stop-color="#f00"/><stop offset="1" stop-color="#00f"/>'
_ONE = f'<linearGradient id="a">{_STOPS}</linearGradient>'
_FILLED = '<rect width="280" height="90" fill="url(#a)"/>'
_TWO = '<rect width="60" height="60"/><rect x="30" y="30" width="60" height="60" fill="green"/>'

FEATURES = {
    "group opacity": svg(f'<g opacity=".3">{_TWO}</g>'),
    "opacity": svg('<circle cx="50" cy="50" r="30" fill="blue" stroke="red" stroke-width="10" opacity=".4"/>'),
    "fading out": svg(
        f'<linearGradient id="a"><stop stop-color="red"/><stop offset="1" stop-opacity="0"/></linearGradient>{_FILLED}'
    ),
    "stops by class": svg(
        "<style>.x{stop-color:#f80}.y{stop-color:#08f}</style>"
        f'<linearGradient id="a"><stop class="x"/><stop offset="1" class="y"/></linearGradient>{_FILLED}'
    ),
    "gradient turned": svg(f'<linearGradient id="a" gradientTransform="rotate(90)">{_STOPS}</linearGradient>{_FILLED}'),
    "gradient repeated": svg(
        f'<linearGradient id="a" spreadMethod="reflect" x2=".2">{_STOPS}</linearGradient>{_FILLED}'
    ),
    "gradient around": svg(f'<radialGradient id="a" fx=".2" fy=".3">{_STOPS}</radialGradient>{_FILLED}'),
    "gradient of a group": svg(
        f'<g fill="url(#a)"><rect width="50" height="50"/><rect x="90" width="99" height="90"/></g>{_ONE}'
    ),
    "gradient as a line": svg(f'{_ONE}<circle cx="50" cy="50" r="30" fill="none" stroke="url(#a)" stroke-width="20"/>'),
    "clipped": svg(
        '<clipPath id="c"><path clip-rule="evenodd" d="M10 10h80v80H10zM30 30h40v40H30z"/></clipPath>'
        '<g clip-path="url(#c)" transform="translate(60 0)"><rect width="200" height="100" fill="red"/></g>'
    ),
    "masked": svg(
        '<mask id="m" maskUnits="userSpaceOnUse" x="0" y="0" width="300" height="100"><circle cx="50" cy="50" r="40" '
        'fill="#fff"/></mask><g mask="url(#m)"><rect width="300" height="100" fill="#123456"/></g>'
    ),
    "a pattern": svg(
        '<pattern id="p" width="20" height="20" patternUnits="userSpaceOnUse"><circle cx="9" cy="9" r="6"/></pattern>'
        '<rect width="300" height="100" fill="url(#p)"/>'
    ),
    "a symbol": svg(
        '<symbol id="s" viewBox="0 0 10 10"><path d="M0 0L10 5L0 10z"/></symbol>'
        '<use xlink:href="#s" x="10" y="10" width="80" height="80"/>'
    ),
    "a style sheet": svg(
        '<style type="text/css"><![CDATA[ .st0{fill:#E30613;} .st1{fill-rule:evenodd;fill:#111!important;} ]]></style>'
        '<rect class="st0" width="30" height="30"/><path class="st1" d="M50 10h80v80H50zM70 30h40v40H70z"/>'
    ),
    "a shadow": svg(
        '<filter id="f"><feDropShadow dx="6" dy="6" stdDeviation="3" flood-opacity=".6"/></filter>'
        '<rect x="20" y="20" width="90" height="50" fill="#f60" filter="url(#f)"/>'
    ),
    "hidden": svg('<g display="none"><rect width="60" height="60"/></g><rect x="200" width="50" height="50"/>'),
    "transformed": svg(
        '<rect width="40" height="40" transform="translate(50,20) rotate(30 20 20) skewX(20)" fill="red"/>'
        '<rect width="30" height="30" transform="matrix(1 .5 -.5 1 200 10)" fill="blue"/>'
    ),
    "compact paths": svg(
        '<path d="M10.5.5l.5.5-3-3 20 20 .5-.5H100V50z"/><path d="M150 50a20 20 0 0140 0 20 20 0 11-40 0z" fill="red"/>'
        '<path d="M210,10c.5.5,10,40,30,40s5-5,30-30S280,90,220,90Q200 80 210 60T220 40" fill="#08f"/>'
    ),
    "lines": svg(
        '<path d="M20 20h200" stroke="#000" stroke-width="10" stroke-dasharray="20 10 5" stroke-dashoffset="7"/>'
        '<path d="M20 60l40 30l40-30" fill="none" stroke="#00f" stroke-width="12" stroke-linejoin="bevel"/>'
    ),
    "colours": svg(
        '<rect width="30" height="30" fill="rgba(255,0,0,.4)"/><rect x="40" width="30" height="30" fill="#0f08"/>'
        '<rect x="80" width="30" height="30" fill="hsl(200,80%,40%)"/><g color="red"><rect x="200" width="30" '
        'height="30" fill="currentColor"/></g>'
    ),
    "what a drawing program notes": svg(
        '<n:view xmlns:n="http://example.com/n" src="file:///etc/passwd"><n:grid/></n:view><metadata>x</metadata>'
        + RECT
    ),
    "a document type": '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
    '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">' + svg(RECT),
    "no view box": '<svg xmlns="http://www.w3.org/2000/svg" width="80mm" height="20mm"><path d="M0 0h99v40"/></svg>',
    "a corner elsewhere": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-50,-50,300,100"><circle r="40"/></svg>',
}
"""What designers export; each is drawn as a browser draws it."""

_LEVELS = "".join(f'<g id="a{n + 1}">' + f'<use href="#a{n}"/>' * 10 + "</g>" for n in range(9))

HOSTILE = [
    ("svg_text", svg('<text y="50">Studio</text>')),
    ("svg_text", svg("<g><text><tspan/></text></g>")),
    ("svg_picture", svg('<image href="data:image/png;base64,AAAA"/>')),
    ("svg_picture", svg('<image xlink:href="file:///etc/passwd"/>')),
    ("svg_picture", svg('<filter id="f"><feImage href="http://example.com/x.png"/></filter>')),
    ("svg_active", svg("<script>alert(1)</script>")),
    ("svg_active", svg('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>')),
    ("svg_active", svg('<rect onclick="alert(1)" width="9" height="9"/>')),
    ("svg_active", DRAWING.replace("viewBox", "onload='alert(1)' viewBox") % RECT),
    ("svg_outside", svg('<use href="http://example.com/x.svg#a"/>')),
    ("svg_outside", svg('<use xlink:href="/etc/x.svg#a"/>')),
    ("svg_outside", svg('<use href="data:image/svg+xml;base64,PHN2Zy8+#a"/>')),
    ("svg_outside", svg('<a href="javascript:alert(1)"><rect/></a>')),
    ("svg_outside", svg('<rect fill="url( \'http://example.com/x#a\')" width="9" height="9"/>')),
    ("svg_outside", svg('<rect style="fill:URL(//example.com/x#a)" width="9" height="9"/>')),
    ("svg_outside", svg('<style>@import "http://example.com/x.css";</style>')),
    ("svg_outside", '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg("<title>&x;</title>")),
    ("svg_outside", '<!DOCTYPE svg [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + svg("<title>&b;</title>")),
    ("svg_style", svg("<style>@media screen{rect{fill:red}}</style>" + RECT)),
    ("svg_style", svg('<rect style="fill:var(--x)" width="9" height="9"/>')),
    ("svg_style", svg("<style>rect{fill:u\\72l(x)}</style>" + RECT)),
    ("svg_style", svg('<rect style="transform:rotate(3deg)" width="9" height="9"/>')),
    ("svg_style", svg('<path vector-effect="non-scaling-stroke" d="M0 0h9"/>')),
    ("svg_too_much", svg("<g>" * 80 + RECT + "</g>" * 80)),
    ("svg_too_much", svg("<g/>" * 10_001)),
    ("svg_broken", svg("<g>" * 5000 + "</g>" * 5000)),
    ("svg_broken", "<svg"),
    ("svg_broken", "<html><body>Hello</body></html>"),
    ("svg_broken", "<svg viewBox='0 0 1 1'/>"),
    ("svg_broken", '<svg xmlns="http://www.w3.org/2000/svg"/>'),
    ("svg_broken", '<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="9"/>'),
    ("svg_broken", '<svg xmlns="http://www.w3.org/2000/svg" width="1.2.3" height="9"/>'),
    ("svg_broken", '<svg xmlns="http://www.w3.org/2000/svg" width="0" height="9"/>'),
    ("svg_broken", DRAWING.replace("0 0 300 100", "0 0 1e400 1") % RECT),
    ("svg_broken", DRAWING.replace("0 0 300 100", "0 0 -3 1") % RECT),
    ("svg_broken", DRAWING.replace("0 0 300 100", "0 0 nan 1") % RECT),
    ("svg_broken", DRAWING.replace("0 0 300 100", "0 0 3") % RECT),
]
"""Why each is refused, before anything is drawn."""

BOMBS = [
    ("svg_broken", svg('<g id="a0"><rect width="1" height="1"/></g>' + _LEVELS + '<use href="#a9"/>')),
    ("svg_broken", svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>')),
]
"""What the library refuses to draw."""

ENDLESS = svg(
    '<filter id="f"><feTurbulence baseFrequency=".5" numOctaves="100000000"/></filter>'
    + RECT.replace("/>", ' filter="url(#f)"/>')
)
"""A hundred million layers of noise."""
