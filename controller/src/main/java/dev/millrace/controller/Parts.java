package dev.millrace.controller;

import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.invocation.port.LaneAdmin;
import dev.millrace.invocation.port.RequestConsumers;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// What every step of a reconciliation works with.
record Parts(
        ControllerConfig config,
        ResourceCatalog catalog,
        LaneAdmin lanes,
        RequestConsumers consumers,
        PlacementBoard placements,
        LaneBoard readings,
        WorkerTemplates templates,
        ComponentRoom room,
        CapacityBounds bounds,
        RequestFailures failures,
        DecisionLog decisions,
        InstantSource clock,
        RandomGenerator random) {}
