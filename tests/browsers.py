"""A browser without a window: Flask's test client that sends the CSRF token with every form, as a page would."""

import secrets
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse


class Browser:
    """One person's browser, with cookies of its own."""

    def __init__(self, app: Flask):
        self._app = app
        self.client = app.test_client()
        self._csrf = ""

    def sign_in(self, user_id: int, workspace_id: int) -> None:
        """Hold the session that redeeming a login link leaves behind."""
        with self.client.session_transaction() as session:
            session.permanent = True
            session["user"], session["workspace"] = user_id, workspace_id

    def get(self, address: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(address, **options)

    def post(self, address: str, form: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form of ours."""
        return self.client.post(address, data={"csrf_token": self.token(), **(form or {})}, **options)

    def token(self) -> str:
        """The CSRF token that this browser's pages carry."""
        if not self._csrf:
            raw = secrets.token_hex(20)
            with self.client.session_transaction() as session:
                session["csrf_token"] = raw
            serializer = URLSafeTimedSerializer(str(self._app.secret_key), salt="wtf-csrf-token")
            signed = serializer.dumps(raw)
            self._csrf = signed if isinstance(signed, str) else signed.decode()
        return self._csrf
