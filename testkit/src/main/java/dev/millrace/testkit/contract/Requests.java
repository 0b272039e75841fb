package dev.millrace.testkit.contract;

import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.VariantName;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// Requests and lanes for tests, unlike any other test's.
public final class Requests {
    private static final RandomGenerator RANDOM = new SecureRandom();

    private Requests() {}

    public static InvocationId id() {
        return InvocationId.create(InstantSource.system(), RANDOM);
    }

    /// A lane that no other test has.
    public static LaneId lane() {
        return new LaneId(endpoint(), new GenerationId("g1"), LaneId.Kind.ASYNCHRONOUS, 0);
    }

    public static EndpointName endpoint() {
        return new EndpointName("e-" + UUID.randomUUID().toString().substring(0, 18));
    }

    /// An asynchronous request with that body.
    public static InferenceRequest asynchronous(String body) {
        return asynchronous(new InferenceInput.Inline(Payload.ofUtf8(body)));
    }

    public static InferenceRequest asynchronous(InferenceInput input) {
        InvocationId id = id();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return new InferenceRequest(
                id,
                new InferenceId(id.toString()),
                new EndpointName("echo"),
                new VariantName("AllTraffic"),
                input,
                "text/plain",
                null,
                null,
                now,
                now.plus(Duration.ofHours(6)),
                Duration.ofMinutes(15),
                new Delivery.Asynchronous(
                        ObjectLocation.parse("s3://outputs/" + id + ".out"),
                        ObjectLocation.parse("s3://outputs/" + id + "-error.out"),
                        null,
                        null),
                false,
                null);
    }

    /// So many requests whose bodies are their numbers.
    public static List<InferenceRequest> numbered(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> asynchronous(Integer.toString(number)))
                .toList();
    }
}
