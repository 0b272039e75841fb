package dev.millrace.identity;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Percent-encoding as in a query. A plus stays a plus: in a signed query it never stands for a blank.
final class PercentCode {
    private PercentCode() {}

    /// What is not encoded as it should be stays as it is: it is compared, never used.
    static byte[] decode(String text) {
        var bytes = new ByteArrayOutputStream(text.length());
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < raw.length; at++) {
            int high = at + 2 < raw.length ? Character.digit(raw[at + 1], 16) : -1;
            int low = at + 2 < raw.length ? Character.digit(raw[at + 2], 16) : -1;
            if (raw[at] == '%' && high >= 0 && low >= 0) {
                bytes.write(high << 4 | low);
                at += 2;
            } else {
                bytes.write(raw[at]);
            }
        }
        return bytes.toByteArray();
    }

    static String text(String encoded) {
        return new String(decode(encoded), StandardCharsets.UTF_8);
    }
}
