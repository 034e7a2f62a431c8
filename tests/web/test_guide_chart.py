"""The guide's drawing: every line within its frame."""

from milebill.domain.three_deals import Figures, compare
from milebill.web.guide_chart import HEIGHT, WIDTH, chart_of


def test_a_drawing_stays_within_its_frame() -> None:
    for weeks, days in ((1, 0), (12, 14), (104, 180)):
        job = Figures("EUR", 12_000_00, weeks, 5, 25, 750_00, days, days, 20)
        chart = chart_of([outcome.deal for outcome in compare(job)])
        numbers = [line.path[1:].replace("L", " ").split() for line in chart.lines]
        assert all(0 <= int(x) <= WIDTH for found in numbers for x in found[::2])
        assert all(0 <= int(y) <= HEIGHT for found in numbers for y in found[1::2])
        assert 0 <= chart.zero <= HEIGHT
        assert (chart.grid[0], chart.grid[-1]) == (0, WIDTH)
        assert len(chart.rows) <= 11
    nothing = chart_of([compare(Figures("EUR", 1, 1, 1, 0, 0, 0, 0, 0))[0].deal])
    assert nothing.lines[0].path == "M0 400L1000 400L1000 0"
