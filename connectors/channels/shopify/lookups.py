"""What is asked before and after a change, valid against Shopify's schema like `queries`."""

from connectors.channels.shopify.queries import LINE, ORDER_FIELDS

_PAID = "fragment Paid on MoneyBag { presentmentMoney { amount currencyCode } }"

_PAYMENTS = """
fragment Payments on SuggestedRefund {
  suggestedTransactions { gateway maximumRefundableSet { ...Paid } parentTransaction { id } }
}
"""

# `whole` lists every payment with what of it can still go back; `asked` is worth of the lines and the postage meant.
REFUNDABLE = f"""
query Refundable($id: ID!, $lines: [RefundLineItemInput!], $shipping: Money) {{
  order(id: $id) {{
    whole: suggestedRefund(suggestFullRefund: true) {{ ...Payments }}
    asked: suggestedRefund(refundLineItems: $lines, shippingAmount: $shipping) {{
      amountSet {{ ...Paid }} refundLineItems {{ lineItem {{ id }} location {{ id }} }}
    }}
  }}
}} {_PAYMENTS} {_PAID}
"""

RETURNABLE = f"""
query Returnable($id: ID!) {{
  order(id: $id) {{
    lineItems(first: 50) {{ nodes {{ id discountedUnitPriceAfterAllDiscountsSet {{ ...Paid }} }} }}
  }}
  returnableFulfillments(orderId: $id, first: 10) {{
    nodes {{
      returnableFulfillmentLineItems(first: 20) {{
        nodes {{ quantity fulfillmentLineItem {{ id lineItem {{ id }} }} }}
      }}
    }}
  }}
}} {_PAID}
"""

_RETURN = """
fragment Return on Return {
  id status createdAt
  returnLineItems(first: 20) { nodes { id quantity unprocessedQuantity } }
  exchangeLineItems(first: 20) { nodes { id quantity } }
  reverseFulfillmentOrders(first: 5) {
    nodes {
      id reverseDeliveries(first: 3) { nodes { id } }
      lineItems(first: 10) {
        nodes { id totalQuantity dispositions { quantity } fulfillmentLineItem { lineItem { id } } }
      }
    }
  }
}
"""

RETURN = f"""
query Return($id: ID!) {{
  return(id: $id) {{
    ...Return
    refunds(first: 5) {{ nodes {{ createdAt totalRefundedSet {{ ...Paid }} }} }}
    order {{ id whole: suggestedRefund(suggestFullRefund: true) {{ ...Payments }} }}
  }}
}} {_RETURN} {_PAYMENTS} {_PAID}
"""

# The latest ones, as far as it takes to know one of them again.
RETURNS = """
query Returns($id: ID!) {
  order(id: $id) {
    returns(first: 5, reverse: true) {
      nodes {
        id status createdAt
        reverseFulfillmentOrders(first: 3) {
          nodes {
            reverseDeliveries(first: 1) { nodes { id } }
            lineItems(first: 10) { nodes { totalQuantity fulfillmentLineItem { lineItem { id } } } }
          }
        }
      }
    }
  }
}
"""

# What a new order for the same shopper needs to know of the first one.
AGAIN = """
query Again($id: ID!) {
  order(id: $id) {
    name email
    customer { id }
    shippingAddress {
      firstName lastName address1 address2 city provinceCode zip countryCodeV2 phone
    }
    lineItems(first: 100) { nodes { id quantity title variant { id } } }
  }
}
"""

BUYER = "query Buyer($id: ID!) { order(id: $id) { customer { id } } }"

ORDERS_OF = """
query OrdersOf($id: ID!) {
  customer(id: $id) {
    orders(first: 10, reverse: true, sortKey: CREATED_AT) {
      nodes { id createdAt customAttributes { key value } }
    }
  }
}
"""

JOB = f"""
query Job($id: ID!, $order: ID!) {{
  job(id: $id) {{ id done }}
  order(id: $order) {{ ...Order }}
}} {ORDER_FIELDS} {LINE}
"""

CREDITS = """
query Credits($id: ID!) {
  customer(id: $id) {
    storeCreditAccounts(first: 5) {
      nodes {
        transactions(first: 10, reverse: true) {
          nodes { ... on StoreCreditAccountCreditTransaction { id createdAt amount { amount currencyCode } } }
        }
      }
    }
  }
}
"""

CODE = """
query Code($code: String!) {
  codeDiscountNodeByCode(code: $code) { id codeDiscount { ... on DiscountCodeBasic { createdAt } } }
}
"""

EVIDENCE = """
query Evidence($id: ID!) {
  dispute(id: $id) {
    order { id } evidenceSentOn
    disputeEvidence { uncategorizedText refundRefusalExplanation cancellationRebuttal submitted }
  }
}
"""

VARIANTS = """
query Variants($id: ID!) {
  order(id: $id) {
    cancelledAt
    lineItems(first: 100) { nodes { id currentQuantity title product { id } variant { id } } }
  }
}
"""

VARIANT = "query Variant($id: ID!) { productVariant(id: $id) { id product { id } } }"

CONTRACT = """
query Contract($id: ID!) {
  subscriptionContract(id: $id) {
    id status nextBillingDate lines(first: 20) { nodes { id variantId } }
  }
}
"""

CYCLE = """
query Cycle($cycle: SubscriptionBillingCycleInput!) {
  subscriptionBillingCycle(billingCycleInput: $cycle) { skipped }
}
"""
