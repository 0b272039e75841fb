package dev.millrace.controller;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.PlatformException;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Names of workers, `endpoint.generation.random`: a name says whose worker it is, also when its placement is
/// gone.
final class WorkerIds {
    private static final int PARTS = 3;
    private static final long SPAN = 36L * 36 * 36 * 36 * 36 * 36 * 36 * 36;

    private final RandomGenerator random;

    WorkerIds(RandomGenerator random) {
        this.random = random;
    }

    /// A name that no other worker has, among 2.8 million million.
    String create(EndpointName endpoint, GenerationId generation) {
        String suffix =
                Long.toString(random.nextLong(SPAN), Character.MAX_RADIX).toLowerCase(Locale.ROOT);
        return endpoint + "." + generation + "." + suffix;
    }

    /// Whose worker has that name, or empty when it is no name of ours.
    static Optional<GenerationKey> generationOf(String workerId) {
        String[] parts = workerId.split("\\.", -1);
        if (parts.length != PARTS) {
            return Optional.empty();
        }
        try {
            return Optional.of(new GenerationKey(new EndpointName(parts[0]), new GenerationId(parts[1])));
        } catch (PlatformException _) {
            return Optional.empty();
        }
    }
}
