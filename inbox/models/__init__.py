from inbox.models.attachment import Attachment, ReadState
from inbox.models.backfill import Backfill, BackfillState
from inbox.models.channel import Channel, ChannelState
from inbox.models.conversation import Conversation, ConversationState, Priority
from inbox.models.customer import Customer, Identity
from inbox.models.decisions import Assignment, Closure, Snooze
from inbox.models.delivery import Delivery, DeliveryState
from inbox.models.dispute import Dispute
from inbox.models.erasure import Erasure
from inbox.models.message import Direction, Message, Note
from inbox.models.metric import Metric
from inbox.models.notice import Notice, SortingRule
from inbox.models.opt_out import OptOut
from inbox.models.order import Order, OrderLine, Refund
from inbox.models.organization import Invitation, Membership, Organization, Role, User
from inbox.models.outgoing import OutgoingState
from inbox.models.pause import Pause, Paused
from inbox.models.product import Product
from inbox.models.refetch import Refetch
from inbox.models.returns import Return
from inbox.models.search import SearchWord, words_of
from inbox.models.settlement import Settlement
from inbox.models.shipment import Shipment, TrackingEvent
from inbox.models.stream import CommentGroup, GroupKind, GroupState, Stream, StreamComment
from inbox.models.template import MessageTemplate
from inbox.models.visitor import Upload, Visitor

__all__ = [
    "Assignment",
    "Attachment",
    "Backfill",
    "BackfillState",
    "Channel",
    "ChannelState",
    "Closure",
    "CommentGroup",
    "Conversation",
    "ConversationState",
    "Customer",
    "Delivery",
    "DeliveryState",
    "Direction",
    "Dispute",
    "Erasure",
    "GroupKind",
    "GroupState",
    "Identity",
    "Invitation",
    "Membership",
    "Message",
    "MessageTemplate",
    "Metric",
    "Note",
    "Notice",
    "OptOut",
    "Order",
    "OrderLine",
    "Organization",
    "OutgoingState",
    "Pause",
    "Paused",
    "Priority",
    "Product",
    "ReadState",
    "Refetch",
    "Refund",
    "Return",
    "Role",
    "SearchWord",
    "Settlement",
    "Shipment",
    "Snooze",
    "SortingRule",
    "Stream",
    "StreamComment",
    "TrackingEvent",
    "Upload",
    "User",
    "Visitor",
    "words_of",
]
