"""The preamble's sentences on where the electronic copy is and whom to ask; what isn't registered isn't said."""

from reportkit.model import Contact


def where_to_read(contact: Contact) -> str:
    """Portal, column and address of the electronic copy; empty where no portal is registered."""
    if contact.portal is None:
        return ""
    column = f"“{'—'.join(contact.column)}”栏目" if contact.column else ""
    url = f"（网址：{contact.url}）" if contact.url else ""
    return f"本报告电子版可在{contact.portal}{column}查阅、下载{url}。"


def whom_to_ask(contact: Contact, name: str) -> str:
    """Office, address and phone for questions; empty where neither address nor phone is registered."""
    ways = [
        f"{label}：{value}"
        for label, value in (("地址", contact.address), ("电话", contact.phone))
        if value is not None
    ]
    if not ways:
        return ""
    return f"如对本报告有疑问，请与{name}{contact.office or ''}联系（{'；'.join(ways)}）。"
