package dev.millrace.invocation;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// The platform's identity of one call: a UUID of version 7 (RFC 9562), so ids sort by time of acceptance.
///
/// Names objects, record keys and events. The client's own word for a call is [InferenceId].
public record InvocationId(UUID value) implements Comparable<InvocationId> {
    public InvocationId {
        Objects.requireNonNull(value, "value");
    }

    /// A new id whose first 48 bits are the clock's milliseconds and whose other bits are random.
    public static InvocationId create(InstantSource clock, RandomGenerator random) {
        long high = (clock.millis() << 16) | 0x7000L | (random.nextLong() & 0x0FFFL);
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new InvocationId(new UUID(high, low));
    }

    /// An id that is the same for the same name, for calls that arrive as Kafka records.
    ///
    /// @param at when the record was written; gives the id its place in time
    public static InvocationId derived(String name, Instant at) {
        UUID hash = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        long high = (at.toEpochMilli() << 16) | 0x7000L | (hash.getMostSignificantBits() & 0x0FFFL);
        long low = (hash.getLeastSignificantBits() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new InvocationId(new UUID(high, low));
    }

    /// @throws PlatformException `VALIDATION_ERROR` when the text is not a UUID in its canonical form
    public static InvocationId parse(String text) {
        return find(text)
                .orElseThrow(() -> new PlatformException(
                        ErrorCode.VALIDATION_ERROR, "invocation id: not a UUID in canonical form"));
    }

    /// The id that the text names, or empty when it is not a UUID in canonical lower-case form.
    public static Optional<InvocationId> find(String text) {
        if (text.length() != 36) {
            return Optional.empty();
        }
        try {
            UUID uuid = UUID.fromString(text);
            return uuid.toString().equals(text) ? Optional.of(new InvocationId(uuid)) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// When the id was made, to the millisecond; meaningless for a UUID of another version.
    public Instant timestamp() {
        return Instant.ofEpochMilli(value.getMostSignificantBits() >>> 16);
    }

    @Override
    public int compareTo(InvocationId other) {
        // UUID's own order is of signed numbers; this one is that of the text.
        int high = Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
        return high != 0
                ? high
                : Long.compareUnsigned(value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
