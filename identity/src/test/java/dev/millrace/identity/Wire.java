package dev.millrace.identity;

import dev.millrace.testkit.AwsSigner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Requests as a server sees them.
final class Wire {
    private Wire() {}

    static SignedRequest of(AwsSigner.Signed signed) {
        Map<String, List<String>> headers = new HashMap<>();
        signed.headers().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), new ArrayList<>(values)));
        return new SignedRequest(signed.method(), signed.path(), signed.query(), headers);
    }
}
