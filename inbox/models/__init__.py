from inbox.models.channel import Channel, ChannelState
from inbox.models.conversation import Assignment, Closure, Conversation, ConversationState, Snooze
from inbox.models.customer import Customer, Identity
from inbox.models.delivery import Delivery, DeliveryState
from inbox.models.message import Attachment, Direction, Message, Note
from inbox.models.order import Order, OrderLine, Refund
from inbox.models.organization import Invitation, Membership, Organization, Role, User
from inbox.models.outgoing import OutgoingState
from inbox.models.product import Product
from inbox.models.refetch import Refetch
from inbox.models.returns import Return
from inbox.models.shipment import Shipment, TrackingEvent

__all__ = [
    "Assignment",
    "Attachment",
    "Channel",
    "ChannelState",
    "Closure",
    "Conversation",
    "ConversationState",
    "Customer",
    "Delivery",
    "DeliveryState",
    "Direction",
    "Identity",
    "Invitation",
    "Membership",
    "Message",
    "Note",
    "Order",
    "OrderLine",
    "Organization",
    "OutgoingState",
    "Product",
    "Refetch",
    "Refund",
    "Return",
    "Role",
    "Shipment",
    "Snooze",
    "TrackingEvent",
    "User",
]
