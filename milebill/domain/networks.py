"""What counts as one visitor where requests are counted."""

from ipaddress import ip_address, ip_network


def network_of(address: str) -> str:
    """An IPv4 address, or the /64 that a household has of IPv6; what is neither is cut to 64 characters."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    return str(ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
