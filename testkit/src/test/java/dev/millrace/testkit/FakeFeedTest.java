package dev.millrace.testkit;

import dev.millrace.invocation.codec.Codec;
import dev.millrace.invocation.port.Feed;
import dev.millrace.testkit.contract.FeedContract;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;

class FakeFeedTest extends FeedContract {
    @Override
    protected Feed<String> create(int partitions) {
        return new FakeFeed<>(InstantSource.system(), partitions, new Texts());
    }

    /// Texts; those that begin with `?` are of a type that is not known.
    private static final class Texts implements Codec<String> {
        @Override
        public byte[] encode(String document) {
            return document.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Optional<String> decode(byte[] bytes) {
            return Optional.of(new String(bytes, StandardCharsets.UTF_8)).filter(text -> !text.startsWith("?"));
        }
    }
}
