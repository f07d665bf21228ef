from inbox.models.attachment import Attachment, ReadState
from inbox.models.backfill import Backfill, BackfillState
from inbox.models.channel import Channel, ChannelState
from inbox.models.comment_group import CommentGroup, GroupKind, GroupState
from inbox.models.conversation import Conversation, ConversationState, Priority
from inbox.models.customer import Belonging, Customer, Identity, Proof
from inbox.models.decisions import Assignment, Closure, Snooze
from inbox.models.delivery import Delivery, DeliveryState
from inbox.models.dispute import Dispute
from inbox.models.erasure import Erasure
from inbox.models.join import Apart, Ground, Hint, Join
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
from inbox.models.stream import Stream
from inbox.models.stream_comment import StreamComment
from inbox.models.template import MessageTemplate
from inbox.models.visitor import Upload, Visitor

__all__ = [
    "Apart",
    "Assignment",
    "Attachment",
    "Backfill",
    "BackfillState",
    "Belonging",
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
    "Ground",
    "GroupKind",
    "GroupState",
    "Hint",
    "Identity",
    "Invitation",
    "Join",
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
    "Proof",
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
