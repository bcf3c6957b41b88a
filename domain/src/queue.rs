//! The queue (待办): work items, leases, order.
