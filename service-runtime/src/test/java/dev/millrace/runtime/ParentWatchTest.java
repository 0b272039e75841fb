package dev.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParentWatchTest {
    private final List<String> seen = new ArrayList<>();

    @Test
    void hearsEveryLineAndThenTheEnd() throws InterruptedException {
        watch(bytes("drain\r\n\nlast"));

        assertThat(seen).containsExactly("drain", "", "last", "gone");
    }

    @Test
    void keepsOnlyTheBeginningOfALongLine() throws InterruptedException {
        watch(bytes("a".repeat(200_000) + "\nnext\n"));

        assertThat(seen).containsExactly("a".repeat(64 * 1024), "next", "gone");
    }

    @Test
    void takesABrokenPipeForTheEnd() throws InterruptedException {
        watch(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("broken pipe");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("broken pipe");
            }
        });

        assertThat(seen).containsExactly("gone");
    }

    private void watch(InputStream in) throws InterruptedException {
        ParentWatch.start(in, seen::add, () -> seen.add("gone")).join();
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
