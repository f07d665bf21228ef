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

CREDIT = """
mutation Credit($id: ID!, $input: StoreCreditAccountCreditInput!) {
  done: storeCreditAccountCredit(id: $id, creditInput: $input) {
    storeCreditAccountTransaction { id } userErrors { field message }
  }
}
"""

DISCOUNT = """
mutation Discount($input: DiscountCodeBasicInput!) {
  done: discountCodeBasicCreate(basicCodeDiscount: $input) {
    codeDiscountNode { id } userErrors { field message }
  }
}
"""

EVIDENCE = """
mutation Evidence($id: ID!, $input: ShopifyPaymentsDisputeEvidenceUpdateInput!) {
  done: disputeEvidenceUpdate(id: $id, input: $input) {
    disputeEvidence { id } userErrors { field message }
  }
}
"""

_EDITED = (
    "fragment Edited on CalculatedOrder { totalOutstandingSet { presentmentMoney { amount currencyCode } } }"
)

BEGIN_EDIT = f"""
mutation BeginEdit($id: ID!) {{
  done: orderEditBegin(id: $id) {{
    calculatedOrder {{ id ...Edited lineItems(first: 50) {{ nodes {{ id quantity }} }} }} userErrors {{ field message }}
  }}
}} {_EDITED}
"""

SET_QUANTITY = f"""
mutation SetQuantity($id: ID!, $line: ID!, $quantity: Int!) {{
  done: orderEditSetQuantity(id: $id, lineItemId: $line, quantity: $quantity, restock: true) {{
    calculatedOrder {{ ...Edited }} userErrors {{ field message }}
  }}
}} {_EDITED}
"""

ADD_VARIANT = f"""
mutation AddVariant($id: ID!, $variant: ID!, $quantity: Int!) {{
  done: orderEditAddVariant(id: $id, variantId: $variant, quantity: $quantity, allowDuplicates: true) {{
    calculatedOrder {{ ...Edited }} userErrors {{ field message }}
  }}
}} {_EDITED}
"""

COMMIT_EDIT = """
mutation CommitEdit($id: ID!, $note: String) {
  done: orderEditCommit(id: $id, notifyCustomer: false, staffNote: $note) {
    order { id } userErrors { field message }
  }
}
"""

PAUSE = """
mutation Pause($id: ID!) {
  done: subscriptionContractPause(subscriptionContractId: $id) {
    contract { id } userErrors { field message }
  }
}
"""

RESUME = """
mutation Resume($id: ID!) {
  done: subscriptionContractActivate(subscriptionContractId: $id) {
    contract { id } userErrors { field message }
  }
}
"""

END = """
mutation End($id: ID!) {
  done: subscriptionContractCancel(subscriptionContractId: $id) {
    contract { id } userErrors { field message }
  }
}
"""

SKIP = """
mutation Skip($cycle: SubscriptionBillingCycleInput!) {
  done: subscriptionBillingCycleSkip(billingCycleInput: $cycle) {
    billingCycle { skipped } userErrors { field message }
  }
}
"""

SWAP = """
mutation Swap($id: ID!, $line: ID!, $input: SubscriptionContractProductChangeInput!) {
  done: subscriptionContractProductChange(subscriptionContractId: $id, lineId: $line, input: $input) {
    contract { id } userErrors { field message }
  }
}
"""
