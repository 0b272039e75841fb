package dev.millrace.invocation;

/// How large payloads may be and how they travel.
///
/// @param inlineBytes up to this size an input or a reply rides in the Kafka record, above it is stored; at
///     most
/// 900,000,
///     so that no record outgrows the broker's default of 1 MB
/// @param asynchronousBytes the largest input of an asynchronous call
/// @param realTimeBytes the largest input and reply of a real-time call
public record PayloadLimits(int inlineBytes, long asynchronousBytes, long realTimeBytes) {
    /// 128,000 bytes inline as SageMaker's inline body, 1 GB and 25 MB as its documentation says.
    public static final PayloadLimits DEFAULT = new PayloadLimits(128_000, 1L << 30, 25L << 20);

    public PayloadLimits {
        if (inlineBytes < 0 || inlineBytes > 900_000) {
            throw new IllegalArgumentException("payload.inline-bytes: " + inlineBytes + " (expected: 0 to 900000)");
        }
        if (asynchronousBytes < inlineBytes || realTimeBytes < 1) {
            throw new IllegalArgumentException("payload limits: " + asynchronousBytes + " and " + realTimeBytes
                    + " (expected: at least the inline limit)");
        }
    }
}
