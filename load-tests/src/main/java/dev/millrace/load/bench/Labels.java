package dev.millrace.load.bench;

import dev.millrace.load.harness.HttpConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// The label in an answer of the digits models, found without parsing the whole.
public final class Labels {
    private static final byte[] NAME = "\"label\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "\"data\":[".getBytes(StandardCharsets.US_ASCII);

    private Labels() {}

    /// @throws IOException when the answer is no success or has another label
    public static void expect(HttpConnection.Answer answer, int label) throws IOException {
        if (answer.status() != 200) {
            throw new IOException("status " + answer.status() + ": " + answer.text());
        }
        int given = of(answer.body());
        if (given != label) {
            throw new IOException("label " + given + " (expected: " + label + ") in " + answer.text());
        }
    }

    /// @return -1 when there is none
    public static int of(byte[] body) {
        int name = indexOf(body, NAME, 0);
        int data = name < 0 ? -1 : indexOf(body, DATA, name);
        int at = data + DATA.length;
        return data < 0 || at >= body.length ? -1 : Character.digit(body[at], 10);
    }

    private static int indexOf(byte[] body, byte[] part, int from) {
        for (int at = from; at + part.length <= body.length; at++) {
            int matched = 0;
            while (matched < part.length && body[at + matched] == part[matched]) {
                matched++;
            }
            if (matched == part.length) {
                return at;
            }
        }
        return -1;
    }
}
