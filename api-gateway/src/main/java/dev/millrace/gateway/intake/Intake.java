package dev.millrace.gateway.intake;

import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.EndpointStatus;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.gateway.accept.AcceptedCall;
import dev.millrace.gateway.accept.AsyncAcceptance;
import dev.millrace.gateway.accept.CallInput;
import dev.millrace.gateway.limit.Blocking;
import dev.millrace.gateway.limit.Bound;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.queue.IntakeRecord;
import dev.millrace.queue.KafkaConnection;
import dev.millrace.queue.KafkaIntake;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Takes calls from Kafka producers: every asynchronous endpoint has a topic, and a record there is a call.
///
/// A call's id derives from its record's place, so a record that is read twice is one call. A record is done
/// when its
/// call is accepted; what is refused goes to the dead letters with the reason. Close it before the gateway.
public final class Intake implements AutoCloseable {
    /// The consumer group of all gateways.
    private static final String GROUP = "millrace-intake";
    private static final int STORES_AT_ONCE = 16;
    private static final int STORES_WAITING = 4_096;

    private final AsyncAcceptance acceptance;
    private final ResourceCatalog catalog;
    private final ObjectStore store;
    private final int inlineBytes;
    private final Blocking blocking;
    private final KafkaIntake reader;

    /// Begins to read.
    ///
    /// @param catalog whose endpoints decide which topics there are
    /// @param inlineBytes larger records become objects before they are queued
    public Intake(
            KafkaConnection kafka,
            AsyncAcceptance acceptance,
            ResourceCatalog catalog,
            ObjectStore store,
            int inlineBytes,
            MeterRegistry metrics) {
        this.acceptance = acceptance;
        this.catalog = catalog;
        this.store = store;
        this.inlineBytes = inlineBytes;
        this.blocking = new Blocking(
                STORES_AT_ONCE, new Bound("intake records", STORES_WAITING, ErrorCode.SERVICE_UNAVAILABLE, metrics));
        this.reader = KafkaIntake.start(kafka, GROUP, this::endpoints, this::take);
    }

    /// @throws PlatformException `SERVICE_UNAVAILABLE` with the cause
    public void check() {
        reader.check();
    }

    @Override
    public void close() {
        reader.close();
        blocking.close();
    }

    private CompletionStage<AcceptedCall> take(IntakeRecord record) {
        IntakeCall call;
        try {
            call = IntakeCall.of(record.endpoint(), record.wire());
        } catch (PlatformException e) {
            return CompletableFuture.failedFuture(e);
        }
        InvocationId id = InvocationId.derived(record.place(), record.writtenAt());
        return acceptance.accept(call.call(), input(call), id, record.mayBeRepeat());
    }

    private CallInput input(IntakeCall call) {
        if (call.location() != null) {
            return new CallInput.Located(call.location());
        }
        Payload payload = call.input() == null ? Payload.EMPTY : call.input();
        return payload.size() <= inlineBytes
                ? new CallInput.Inline(payload)
                : new CallInput.Arriving((at, attributes, _) -> blocking.call(() -> {
                    store.put(at, payload, attributes, WriteCondition.ALWAYS);
                    // Only calls with an idempotency key look at the checksum, and records have none.
                    return new CallInput.StoredBody(payload.size(), 0);
                }));
    }

    /// An endpoint that is being made has a topic whose records wait; one that is being deleted refuses them.
    private KafkaIntake.Endpoints endpoints() {
        Set<EndpointName> existing = new HashSet<>();
        Set<EndpointName> taking = new HashSet<>();
        for (EndpointResource endpoint : catalog.all(ResourceKind.ENDPOINT)) {
            if (endpoint.generations().stream().anyMatch(Intake::isAsynchronous)) {
                existing.add(endpoint.endpoint());
                if (endpoint.serving() != null || endpoint.status() == EndpointStatus.DELETING) {
                    taking.add(endpoint.endpoint());
                }
            }
        }
        return new KafkaIntake.Endpoints(existing, taking);
    }

    private static boolean isAsynchronous(Generation generation) {
        return generation.config().asyncInference() != null;
    }
}
