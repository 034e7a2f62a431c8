"""Sending e-invoices through Peppol: what an access point is to us, the one that we speak to, and the queue."""
