package dev.millrace.gateway.accept;

import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Tells whether two requests under one idempotency key are the same.
///
/// A body counts by its length and checksum (CRC-32C), which are the same however it arrived and cost an event
/// loop little; the check is against a caller's mistake, not against an attacker, who would only fool himself.
final class RequestDigest {
    private RequestDigest() {}

    static String of(AsyncCall call, InferenceInput input, CallInput.@Nullable StoredBody stored) {
        String body = switch (input) {
            case InferenceInput.Inline(Payload payload) -> payload.size() + ":" + checksum(payload);
            case InferenceInput.Stored(ObjectLocation location, boolean _) ->
                stored == null ? location.uri() : stored.bytes() + ":" + stored.checksum();
        };
        String text = String.join(
                "\n",
                call.endpoint().value(),
                text(call.inferenceId()),
                text(call.contentType()),
                text(call.accept()),
                text(call.customAttributes()),
                text(call.outputPathExtension()),
                text(call.fileName()),
                call.requestTtl().toString(),
                call.invocationTimeout().toString(),
                text(call.webhookUrl()),
                text(call.resultTopic()),
                body);
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static long checksum(Payload payload) {
        var crc = new CRC32C();
        crc.update(payload.bytes());
        return crc.getValue();
    }

    /// Absent and empty are different: a member that is there begins with a mark.
    private static String text(@Nullable Object member) {
        return member == null ? "" : "+" + member;
    }
}
