"""What an operator reads who asks before there is a database."""

from pathlib import Path

from tests.servers.database import new_app, settings_for


def test_without_a_database(empty_database_url: str, tmp_path: Path) -> None:
    with new_app(settings_for(empty_database_url, tmp_path / "var")) as app, app.app_context():
        result = app.test_cli_runner().invoke(args=["document", "export", "1", "2026-0001", "--out", "-"])
    assert result.exit_code == 1
    assert "The database can't be used: " in result.stderr
    assert "first start" in result.stderr
