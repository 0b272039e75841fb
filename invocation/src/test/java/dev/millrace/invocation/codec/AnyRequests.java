package dev.millrace.invocation.codec;

import dev.millrace.invocation.AnyText;
import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.Reply;
import dev.millrace.invocation.ReplyAddress;
import dev.millrace.invocation.Timings;
import dev.millrace.invocation.VariantName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Requests, events and replies of every shape, the same for the same seed.
final class AnyRequests {
    private final Random random;

    AnyRequests(long seed) {
        this.random = new Random(seed);
    }

    InferenceRequest request() {
        return request(random.nextBoolean());
    }

    InferenceRequest request(boolean isRealTime) {
        Instant accepted = instant();
        return new InferenceRequest(
                id(),
                new InferenceId("i" + AnyText.of("abc 09!~\"%", random, 60)),
                new EndpointName("e" + AnyText.of("aZ9", random, 60)),
                new VariantName("v" + AnyText.of("aZ9", random, 60)),
                input(),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                accepted,
                accepted.plus(duration()),
                duration(),
                isRealTime
                        ? new Delivery.RealTime(new ReplyAddress("gw-" + random.nextInt(100), random.nextInt(16)))
                        : new Delivery.Asynchronous(location(), location(), maybe(this::text), maybe(this::text)),
                random.nextBoolean(),
                maybe(this::text));
    }

    InvocationEvent event() {
        InvocationSummary summary = InvocationSummary.of(request(false));
        Instant at = instant();
        return switch (random.nextInt(6)) {
            case 0 -> new InvocationEvent.Accepted(summary, new GenerationId(AnyText.of("abz09", random, 16)), at);
            case 1 -> new InvocationEvent.Started(id(), at, text(), random.nextInt(10));
            case 2 ->
                new InvocationEvent.Completed(
                        summary,
                        at,
                        random.nextInt(10),
                        text(),
                        random.nextLong() >>> 1,
                        new Timings(duration(), duration(), duration(), duration()),
                        maybe(this::payload));
            case 3 -> new InvocationEvent.Failed(summary, at, random.nextInt(10), code(), text());
            case 4 -> new InvocationEvent.Expired(summary, at);
            default -> new InvocationEvent.Cancelled(summary, at);
        };
    }

    Reply reply() {
        return random.nextBoolean()
                ? new Reply.Success(
                        id(),
                        random.nextBoolean()
                                ? new InferenceInput.Inline(payload())
                                : new InferenceInput.Stored(location(), true),
                        maybe(this::text),
                        maybe(this::text),
                        duration())
                : new Reply.Failure(id(), code(), text(), random.nextInt(600));
    }

    String text() {
        return AnyText.anything(random, 60);
    }

    private InvocationId id() {
        return InvocationId.create(this::instant, random);
    }

    private InferenceInput input() {
        return random.nextBoolean()
                ? new InferenceInput.Inline(payload())
                : new InferenceInput.Stored(location(), random.nextBoolean());
    }

    private Payload payload() {
        byte[] bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        return Payload.of(bytes);
    }

    private ObjectLocation location() {
        return new ObjectLocation(
                new BucketName("b" + AnyText.of("abc019", random, 50) + "z"),
                "k/" + AnyText.of("aZ9 ä数+%", random, 60));
    }

    private ErrorCode code() {
        List<ErrorCode> codes = List.of(ErrorCode.values());
        return codes.get(random.nextInt(codes.size()));
    }

    private Instant instant() {
        return Instant.ofEpochSecond(random.nextLong(4_000_000_000L), random.nextInt(1_000_000_000));
    }

    private Duration duration() {
        return Duration.ofSeconds(random.nextInt(30_000), random.nextInt(1_000_000_000));
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }
}
