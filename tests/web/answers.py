"""The answers of a line of the access table: what each person of the cast gets."""

SUPPLIERS = ("stranger", "rival", "viewer", "member", "owner")
CLIENTS = ("forged", "other client", "accounts payable", "approver")
# stranger (who is led to sign in), rival, viewer, member, owner
EVERYBODY = (200, 200, 200, 200, 200)
SIGNED_IN = (303, 200, 200, 200, 200)
OF_THE_HOUSE = (303, 404, 200, 200, 200)
# POSTs of an empty form
WRITES_IN = (303, 422, 403, 422, 422)
WRITES_ON = (303, 404, 403, 422, 422)
ACTS_ON = (303, 404, 403, 303, 303)
# forged link, a client of another quote of the same supplier (with the link of their own), accounts payable, approver
OWN_PAGE = (404, 200, 200, 200)
OF_THE_PROJECT = (404, 404, 200, 200)
PAYS = (404, 404, 422, 422)
APPROVERS_ONLY = (404, 404, 403, 422)
RUNS = (404, 303, 303, 303)
"""Nothing is to be renewed: back to the page, and no mail."""
