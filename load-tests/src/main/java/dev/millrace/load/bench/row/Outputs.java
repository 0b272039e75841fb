package dev.millrace.load.bench.row;

import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.load.bench.Endings;
import dev.millrace.load.bench.Installation;
import dev.millrace.load.bench.Labels;
import dev.millrace.load.harness.Digits;
import dev.millrace.load.harness.HttpConnection;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Reads the output of every completed call of one digit from the store and compares it.
final class Outputs {
    private static final int READERS = 8;

    private final Installation installation;
    private final Digits digits;
    private final AtomicInteger wrong = new AtomicInteger();
    private volatile int bytes;

    Outputs(Installation installation, Digits digits) {
        this.installation = installation;
        this.digits = digits;
    }

    /// @param accepted each call with its row
    /// @return what is missing or wrong, a few examples of each
    List<String> wrong(Endings endings, Map<InvocationId, Integer> accepted) throws InterruptedException {
        var left = new ConcurrentLinkedQueue<>(accepted.entrySet());
        var examples = new ConcurrentLinkedQueue<String>();
        var readers = new ArrayList<Thread>();
        for (int i = 0; i < READERS; i++) {
            readers.add(Thread.ofPlatform().start(() -> {
                try (var connection = new HttpConnection(installation.storeUri())) {
                    for (var next = left.poll(); next != null; next = left.poll()) {
                        compare(connection, endings, next.getKey(), next.getValue(), examples);
                    }
                } catch (IOException e) {
                    wrong.incrementAndGet();
                    examples.add("a reader broke off: " + e);
                }
            }));
        }
        for (Thread reader : readers) {
            reader.join();
        }
        if (wrong.get() == 0) {
            return List.of();
        }
        return List.of(wrong.get() + " outputs are missing or wrong, such as "
                + examples.stream().limit(3).toList());
    }

    private void compare(
            HttpConnection connection,
            Endings endings,
            InvocationId id,
            int row,
            ConcurrentLinkedQueue<String> examples)
            throws IOException {
        try {
            InvocationEvent.Completed completed = endings.completed(id);
            URI uri = installation
                    .signer()
                    .signGet(completed.summary().outputLocation(), "output")
                    .uri();
            HttpConnection.Answer answer = connection.send(HttpConnection.get(uri));
            bytes = answer.body().length;
            Labels.expect(answer, digits.label(row));
        } catch (IllegalStateException | IOException e) {
            wrong.incrementAndGet();
            examples.add(id + ": " + e.getMessage());
        }
    }

    int wrongCount() {
        return wrong.get();
    }

    /// The size of an output.
    int bytes() {
        return bytes;
    }
}
