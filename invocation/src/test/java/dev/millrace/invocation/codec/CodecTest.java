package dev.millrace.invocation.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.HostReport;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.Placement;
import dev.millrace.invocation.Reply;
import dev.millrace.invocation.ReplyAddress;
import dev.millrace.invocation.Timings;
import dev.millrace.invocation.VariantName;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.WorkerState;
import dev.millrace.invocation.WorkerUsage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CodecTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.123Z");
    private static final InvocationId ID = InvocationId.create(() -> NOW, new Random(1));
    private static final EndpointName ENDPOINT = new EndpointName("digits");
    private static final GenerationId GENERATION = new GenerationId("g1");

    private static InferenceRequest request(InferenceInput input, Delivery delivery) {
        return new InferenceRequest(
                ID,
                new InferenceId("order 66"),
                ENDPOINT,
                new VariantName("AllTraffic"),
                input,
                "application/json",
                null,
                "a=b",
                NOW,
                NOW.plusSeconds(21600),
                Duration.ofMinutes(15),
                delivery,
                true,
                null);
    }

    private static Delivery.Asynchronous asynchronous() {
        return new Delivery.Asynchronous(
                ObjectLocation.parse("s3://out/a.out"),
                ObjectLocation.parse("s3://out/a-error.out"),
                "http://127.0.0.1/hook",
                null);
    }

    @Test
    void requestsSurviveTheWire() {
        var inline = request(new InferenceInput.Inline(Payload.ofUtf8("{}")), asynchronous());
        var stored = request(
                new InferenceInput.Stored(ObjectLocation.parse("s3://inputs/x.json"), false),
                new Delivery.RealTime(new ReplyAddress("gw-1", 3)));

        assertThat(RequestCodec.decode(RequestCodec.encode(inline))).isEqualTo(inline);
        assertThat(RequestCodec.decode(RequestCodec.encode(stored))).isEqualTo(stored);
    }

    @Test
    void eventsSurviveTheWire() {
        InvocationSummary summary =
                InvocationSummary.of(request(new InferenceInput.Inline(Payload.EMPTY), asynchronous()));
        var timings = new Timings(Duration.ofMillis(3), Duration.ZERO, Duration.ofNanos(12_345), Duration.ofMillis(2));
        var codec = new EventCodec();

        for (InvocationEvent event : List.of(
                new InvocationEvent.Accepted(summary, GENERATION, NOW),
                new InvocationEvent.Started(ID, NOW, "w-1", 2),
                new InvocationEvent.Completed(summary, NOW, 1, "text/csv", 17, timings, Payload.ofUtf8("1,2")),
                new InvocationEvent.Failed(summary, NOW, 1, ErrorCode.MODEL_ERROR, "no such input"),
                new InvocationEvent.Expired(summary, NOW),
                new InvocationEvent.Cancelled(summary, NOW))) {
            assertThat(codec.decode(codec.encode(event))).contains(event);
        }
    }

    @Test
    void skipsEventsOfALaterVersion() {
        byte[] event = """
                {"specversion":"1.0","id":"x","type":"dev.millrace.invocation.Paused","data":{"type":"Paused"}}""".getBytes(StandardCharsets.UTF_8);

        assertThat(new EventCodec().decode(event)).isEmpty();
    }

    @Test
    void repliesSurviveTheWire() {
        for (Reply reply : List.<Reply>of(
                new Reply.Success(
                        ID, new InferenceInput.Inline(Payload.ofUtf8("x")), "text/csv", null, Duration.ofNanos(7)),
                new Reply.Success(
                        ID,
                        new InferenceInput.Stored(ObjectLocation.parse("s3://b12/k"), true),
                        null,
                        "c",
                        Duration.ZERO),
                new Reply.Failure(ID, ErrorCode.MODEL_ERROR, "bad input", 415))) {
            assertThat(ReplyCodec.decode(ReplyCodec.encode(reply))).isEqualTo(reply);
        }
    }

    @Test
    void fleetDocumentsSurviveTheWire() {
        var spec = new WorkerSpec(
                "w-1",
                "host-1",
                ENDPOINT,
                new VariantName("AllTraffic"),
                GENERATION,
                LaneId.initial(ENDPOINT, GENERATION),
                ObjectLocation.parse("s3://models/digits/model.onnx"),
                "onnx",
                Map.of("A", "b"),
                8,
                2,
                512,
                false,
                true);
        var placement = new Placement(ENDPOINT, GENERATION, List.of(spec));
        var report = new HostReport(
                "host-1",
                NOW,
                4,
                2,
                24_000,
                0,
                Map.of(
                        "w-1",
                        new WorkerState.Ready(1, NOW, "CPUExecutionProvider"),
                        "w-2",
                        new WorkerState.Crashed(2, "exit 137")),
                Map.of("w-1", new WorkerUsage(1.5, 300_000_000L), "w-2", new WorkerUsage(0.25, null)));

        Codec<Placement> placements = Json.codec(Placement.class);
        Codec<HostReport> reports = Json.codec(HostReport.class);
        assertThat(placements.decode(placements.encode(placement))).contains(placement);
        assertThat(reports.decode(reports.encode(report))).contains(report);
    }

    @Test
    void aHostThatDoesNotTellWhatItsWorkersTakeIsUnderstood() {
        var report = Json.codec(HostReport.class)
                .decode("""
                        {"hostId":"h","at":"2026-01-01T00:00:00Z","maxWorkers":1,"cores":2,"memoryMb":512,"gpus":0,
                        "workers":{"w":{"type":"Starting"}}}""".getBytes(StandardCharsets.UTF_8))
                .orElseThrow();

        assertThat(report.usage()).isEmpty();
        assertThat(report.workers()).containsOnlyKeys("w");
    }

    @Test
    void lanesAreFoundByTheirTopic() {
        for (LaneId lane : LaneId.initial(ENDPOINT, GENERATION)) {
            assertThat(LaneId.ofTopic(lane.topic())).contains(lane);
        }
        assertThat(LaneId.ofTopic("millrace.events")).isEmpty();
    }
}
