//! The queries.

/// A query: its operation's name, its text, and whether it changes anything.
pub(crate) struct Query {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    /// A mutation. Where its answer is lost, it may have happened.
    pub(crate) changes: bool,
}

/// Parts of an order that several queries ask for.
macro_rules! parts {
    (line) => {
        "id name title sku quantity currentQuantity requiresShipping isGiftCard
         variant { legacyResourceId } product { legacyResourceId }
         customAttributes { key value }
         originalUnitPriceSet { ...Money }
         discountAllocations { ...Allocation }
         taxLines { title rate priceSet { ...Money } }"
    };
    (fragments) => {
        "fragment Money on MoneyBag { shopMoney { amount currencyCode } }
         fragment Allocation on DiscountAllocation {
           allocatedAmountSet { ...Money }
           discountApplication {
             ... on DiscountCodeApplication { code }
             ... on AutomaticDiscountApplication { title }
             ... on ManualDiscountApplication { title description }
             ... on ScriptDiscountApplication { title }
           }
         }"
    };
}

/// A page of orders by the time of their last change.
pub(crate) const ORDERS: Query = Query {
    name: "Orders",
    changes: false,
    text: concat!(
        "query Orders($first: Int!, $after: String, $query: String) {
           orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
             pageInfo { hasNextPage endCursor }
             nodes {
               id legacyResourceId name createdAt processedAt updatedAt cancelledAt cancelReason closedAt confirmed test
               currencyCode presentmentCurrencyCode taxesIncluded displayFinancialStatus displayFulfillmentStatus
               email phone note poNumber sourceName tags paymentGatewayNames
               customAttributes { key value }
               customer {
                 legacyResourceId updatedAt firstName lastName
                 defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber }
                 defaultAddress { ...Place }
               }
               billingAddress { ...Place }
               shippingAddress { ...Place }
               subtotalPriceSet { ...Money } currentSubtotalPriceSet { ...Money }
               totalTaxSet { ...Money } currentTotalTaxSet { ...Money }
               totalPriceSet { ...Money } currentTotalPriceSet { ...Money }
               totalTipReceivedSet { ...Money }
               originalTotalDutiesSet { ...Money } currentTotalDutiesSet { ...Money }
               originalTotalAdditionalFeesSet { ...Money } currentTotalAdditionalFeesSet { ...Money }
               lineItems(first: 50) { pageInfo { hasNextPage endCursor } nodes { ",
        parts!(line),
        "      } }
               shippingLines(first: 10) {
                 pageInfo { hasNextPage }
                 nodes {
                   title isRemoved originalPriceSet { ...Money } currentDiscountedPriceSet { ...Money }
                   discountAllocations { ...Allocation }
                   taxLines { title rate priceSet { ...Money } }
                 }
               }
             }
           }
         }
         fragment Place on MailingAddress {
           name firstName lastName company address1 address2 city zip province provinceCode countryCodeV2 phone
         }
         ",
        parts!(fragments)
    ),
};

/// Further lines of a long order.
pub(crate) const ORDER_LINES: Query = Query {
    name: "OrderLines",
    changes: false,
    text: concat!(
        "query OrderLines($id: ID!, $after: String) {
           order(id: $id) {
             updatedAt
             lineItems(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { ",
        parts!(line),
        "    } }
           }
         }
         ",
        parts!(fragments)
    ),
};

/// Variants by article number. The search is not exact; the caller compares.
pub(crate) const VARIANTS: Query = Query {
    name: "Variants",
    changes: false,
    text: "query Variants($first: Int!, $after: String, $query: String!) {
             productVariants(first: $first, after: $after, query: $query) {
               pageInfo { hasNextPage endCursor }
               nodes { id sku inventoryItem { id } }
             }
           }",
};

/// Variants by id.
pub(crate) const VARIANTS_BY_ID: Query = Query {
    name: "VariantsById",
    changes: false,
    text: "query VariantsById($ids: [ID!]!) {
             nodes(ids: $ids) { ... on ProductVariant { id sku inventoryItem { id } } }
           }",
};

/// What is available of inventory items at one location.
pub(crate) const LEVELS: Query = Query {
    name: "Levels",
    changes: false,
    text: "query Levels($ids: [ID!]!, $location: ID!) {
             nodes(ids: $ids) {
               ... on InventoryItem {
                 id sku tracked
                 inventoryLevel(locationId: $location) { id quantities(names: [\"available\"]) { name quantity } }
               }
             }
           }",
};

/// Sets what is available, if it still is what was read. One key, one set of variables: Shopify remembers it for a day.
pub(crate) const SET_QUANTITIES: Query = Query {
    name: "SetQuantities",
    changes: true,
    text: "mutation SetQuantities($input: InventorySetQuantitiesInput!, $key: String!) {
             inventorySetQuantities(input: $input) @idempotent(key: $key) {
               inventoryAdjustmentGroup { id }
               userErrors { code field message }
             }
           }",
};

/// What the token may do.
pub(crate) const CHECK: Query = Query {
    name: "Check",
    changes: false,
    text: "query Check {
             shop { name myshopifyDomain currencyCode }
             currentAppInstallation { accessScopes { handle } }
           }",
};
