"""Every change we ask of Shopify, valid against its schema of VERSION.

Each calls its one mutation `done` and that one's mistakes `userErrors`, which is how `client.change` reads them.
"""

REFUND = """
mutation Refund($input: RefundInput!, $key: String!) {
  done: refundCreate(input: $input) @idempotent(key: $key) {
    refund { id } userErrors { field message }
  }
}
"""

CANCEL = """
mutation Cancel(
  $id: ID!, $reason: OrderCancelReason!, $method: OrderCancelRefundMethodInput!, $note: String
) {
  done: orderCancel(
    orderId: $id, reason: $reason, refundMethod: $method, restock: true, notifyCustomer: false, staffNote: $note
  ) {
    job { id done } userErrors: orderCancelUserErrors { field message }
  }
}
"""

UPDATE_ORDER = """
mutation UpdateOrder($input: OrderInput!) {
  done: orderUpdate(input: $input) { order { id } userErrors { field message } }
}
"""

START_RETURN = """
mutation StartReturn($input: ReturnInput!) {
  done: returnCreate(returnInput: $input) { return { id } userErrors { field message } }
}
"""

APPROVE_RETURN = """
mutation ApproveReturn($input: ReturnApproveRequestInput!) {
  done: returnApproveRequest(input: $input) { return { id } userErrors { field message } }
}
"""

DECLINE_RETURN = """
mutation DeclineReturn($input: ReturnDeclineRequestInput!) {
  done: returnDeclineRequest(input: $input) { return { id } userErrors { field message } }
}
"""

PROCESS_RETURN = """
mutation ProcessReturn($input: ReturnProcessInput!) {
  done: returnProcess(input: $input) { return { id } userErrors { field message } }
}
"""

GOODS_BACK = """
mutation GoodsBack($goods: [ReverseFulfillmentOrderDisposeInput!]!) {
  done: reverseFulfillmentOrderDispose(dispositionInputs: $goods) { userErrors { field message } }
}
"""

UPLOAD = """
mutation Upload($input: [StagedUploadInput!]!) {
  done: stagedUploadsCreate(input: $input) {
    stagedTargets { url resourceUrl parameters { name value } } userErrors { field message }
  }
}
"""

ATTACH_LABEL = """
mutation AttachLabel(
  $id: ID!, $lines: [ReverseDeliveryLineItemInput!]!, $label: ReverseDeliveryLabelInput!,
  $tracking: ReverseDeliveryTrackingInput
) {
  done: reverseDeliveryCreateWithShipping(
    reverseFulfillmentOrderId: $id, reverseDeliveryLineItems: $lines, labelInput: $label, trackingInput: $tracking,
    notifyCustomer: false
  ) {
    reverseDelivery { id } userErrors { field message }
  }
}
"""

DRAFT = """
mutation Draft($input: DraftOrderInput!) {
  done: draftOrderCreate(input: $input) { draftOrder { id } userErrors { field message } }
}
"""

COMPLETE_DRAFT = """
mutation CompleteDraft($id: ID!) {
  done: draftOrderComplete(id: $id) { draftOrder { order { id } } userErrors { field message } }
}
"""
