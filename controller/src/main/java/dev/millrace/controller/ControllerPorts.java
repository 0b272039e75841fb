package dev.millrace.controller;

import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.invocation.DeadLetter;
import dev.millrace.invocation.HostReport;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.Placement;
import dev.millrace.invocation.WakeSignal;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.LaneAdmin;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.Replies;
import dev.millrace.invocation.port.RequestConsumers;
import dev.millrace.monitoring.Monitoring;

/// What the controller works with; who makes it closes it, after the controller.
///
/// @param catalog loaded or loading
/// @param owed where what alarms tell topics is put for the notifiers
/// @param replies answers real-time callers whose request no worker will end
public record ControllerPorts(
        ResourceCatalog catalog,
        LaneAdmin lanes,
        RequestConsumers consumers,
        Feed<Placement> placements,
        Feed<HostReport> hosts,
        Feed<WakeSignal> wakeSignals,
        Feed<DeadLetter> deadLetters,
        Feed<InvocationEvent> events,
        Replies replies,
        ObjectStore store,
        Monitoring monitoring,
        Feed<OwedDelivery> owed) {}
