"""Every question we ask Shopify, valid against its schema of VERSION (tests/contracts/shopify/admin.graphql)."""

VERSION = "2026-10"

# Nested sizes keep one order below Shopify's limit of about 1,000 points for a single query. Only the lines
# of an order are paged further (MORE_LINES); README.md says what the other sizes leave out.
ORDER_FIELDS = """
fragment Order on Order {
  id legacyResourceId name email phone createdAt updatedAt cancelledAt edited customerLocale statusPageUrl
  displayFinancialStatus displayFulfillmentStatus
  totalPriceSet { ...Paid } totalShippingPriceSet { ...Paid }
  totalTaxSet { ...Paid } totalDiscountsSet { ...Paid }
  customer { id displayName locale defaultEmailAddress { emailAddress } }
  shippingAddress { name address1 address2 city provinceCode zip countryCodeV2 phone }
  lineItems(first: 50) { nodes { ...Line } pageInfo { hasNextPage endCursor } }
  fulfillments(first: 10) {
    id status createdAt
    trackingInfo(first: 5) { company number url }
    fulfillmentLineItems(first: 20) { nodes { lineItem { id } } }
  }
  refunds(first: 10) { id note processedAt totalRefundedSet { ...Paid } }
  returns(first: 10) {
    nodes {
      id name status createdAt totalQuantity
      returnLineItems(first: 5) { nodes { returnReasonNote returnReasonDefinition { name } } }
    }
  }
}
"""

LINE = """
fragment Line on LineItem {
  id title variantTitle sku quantity currentQuantity originalUnitPriceSet { ...Paid } product { id } image { url }
}
fragment Paid on MoneyBag { presentmentMoney { amount currencyCode } }
"""

ORDER = f"query Order($id: ID!) {{ order(id: $id) {{ ...Order }} }} {ORDER_FIELDS} {LINE}"

ORDER_OF_RETURN = (
    f"query OrderOfReturn($id: ID!) {{ return(id: $id) {{ order {{ ...Order }} }} }} {ORDER_FIELDS} {LINE}"
)

MORE_LINES = f"""
query MoreLines($id: ID!, $after: String!) {{
  order(id: $id) {{
    lineItems(first: 100, after: $after) {{ nodes {{ ...Line }} pageInfo {{ hasNextPage endCursor }} }}
  }}
}} {LINE}
"""

PRODUCT = """
query Product($id: ID!) {
  product(id: $id) {
    id title description updatedAt onlineStoreUrl productType vendor
    options(first: 10) { name values }
    metafields(first: 30) { nodes { key value type } }
    priceRangeV2 { minVariantPrice { currencyCode } }
    variants(first: 100) { nodes { id title sku price inventoryQuantity inventoryItem { tracked } } }
  }
}
"""

CHANGES = """
query Changes($orders: String, $afterOrder: String, $products: String, $afterProduct: String) {
  orders(first: 100, after: $afterOrder, query: $orders, sortKey: UPDATED_AT) {
    nodes { id updatedAt } pageInfo { hasNextPage endCursor }
  }
  products(first: 100, after: $afterProduct, query: $products, sortKey: UPDATED_AT) {
    nodes { id updatedAt } pageInfo { hasNextPage endCursor }
  }
}
"""

# As few as can be read whole afterwards without using up a shop's points.
PAST = """
query Past($orders: String, $after: String) {
  orders(first: 10, after: $after, query: $orders, sortKey: UPDATED_AT) {
    nodes { id updatedAt } pageInfo { hasNextPage endCursor }
  }
}
"""

_DISPUTE = """
fragment Dispute on ShopifyPaymentsDispute {
  id status type initiatedAt evidenceDueBy evidenceSentOn finalizedOn
  amount { amount currencyCode } reasonDetails { reason networkReasonCode } order { id name legacyResourceId }
}
"""

DISPUTE = f"query Dispute($id: ID!) {{ dispute(id: $id) {{ ...Dispute }} }} {_DISPUTE}"

DISPUTES = f"""
query Disputes($after: String) {{
  disputes(first: 50, after: $after) {{ nodes {{ ...Dispute }} pageInfo {{ hasNextPage endCursor }} }}
}} {_DISPUTE}
"""

SHOP = "query Shop { shop { id name myshopifyDomain } currentAppInstallation { accessScopes { handle } } }"

SUBSCRIPTIONS = """
query Subscriptions($after: String) {
  webhookSubscriptions(first: 100, after: $after) {
    nodes { id topic uri } pageInfo { hasNextPage endCursor }
  }
}
"""

SUBSCRIBE = """
mutation Subscribe($topic: WebhookSubscriptionTopic!, $webhook: WebhookSubscriptionInput!) {
  done: webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhook) {
    webhookSubscription { id }
    userErrors { field message }
  }
}
"""
