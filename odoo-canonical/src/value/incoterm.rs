//! Trade terms of the International Chamber of Commerce.

code_list! {
    /// A rule of Incoterms 2020, which says where cost and risk pass from seller to buyer.
    Incoterm, "incoterm", "A rule of Incoterms 2020." {
        /// Ex works.
        ExWorks = "EXW",
        /// Free carrier.
        FreeCarrier = "FCA",
        /// Carriage paid to.
        CarriagePaid = "CPT",
        /// Carriage and insurance paid to.
        CarriageInsurancePaid = "CIP",
        /// Delivered at place.
        DeliveredAtPlace = "DAP",
        /// Delivered at place unloaded.
        DeliveredUnloaded = "DPU",
        /// Delivered duty paid.
        DeliveredDutyPaid = "DDP",
        /// Free alongside ship.
        FreeAlongsideShip = "FAS",
        /// Free on board.
        FreeOnBoard = "FOB",
        /// Cost and freight.
        CostAndFreight = "CFR",
        /// Cost, insurance and freight.
        CostInsuranceFreight = "CIF",
    }
}
