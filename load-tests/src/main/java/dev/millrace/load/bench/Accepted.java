package dev.millrace.load.bench;

import dev.millrace.invocation.InvocationId;
import dev.millrace.load.harness.HttpConnection;
import java.io.IOException;

/// The answer to an asynchronous call.
public final class Accepted {
    private static final String MEMBER = "\"InvocationId\":\"";

    private Accepted() {}

    /// The invocation's id.
    ///
    /// @throws IOException when the answer is no 202
    public static InvocationId id(HttpConnection.Answer answer) throws IOException {
        String text = answer.text();
        int at = text.indexOf(MEMBER) + MEMBER.length();
        if (answer.status() != 202 || at < MEMBER.length()) {
            throw new IOException("status " + answer.status() + ": " + text);
        }
        return InvocationId.parse(text.substring(at, text.indexOf('"', at)));
    }
}
