package dev.millrace.worker.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.Placement;
import dev.millrace.invocation.VariantName;
import dev.millrace.invocation.WorkerSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DesiredWorkersTest {
    private static final EndpointName ENDPOINT = new EndpointName("digits");

    private final DesiredWorkers desired = new DesiredWorkers("here");

    private static WorkerSpec spec(String workerId, String hostId, String generation) {
        return new WorkerSpec(
                workerId,
                hostId,
                ENDPOINT,
                new VariantName("AllTraffic"),
                new GenerationId(generation),
                List.of(),
                null,
                "image",
                Map.of(),
                4,
                1,
                256,
                false,
                false);
    }

    private void place(String generation, WorkerSpec... workers) {
        var placement = new Placement(
                ENDPOINT, new GenerationId(generation), Stream.of(workers).toList());
        desired.apply(placement.key(), placement);
    }

    @Test
    void isTheUnionOfAllGenerationsOnThisHost() {
        place("g1", spec("w1", "here", "g1"), spec("w2", "there", "g1"));
        place("g2", spec("w3", "here", "g2"));

        assertThat(desired.specs()).containsOnlyKeys("w1", "w3");
    }

    @Test
    void followsTheLatestPlacementOfAGeneration() {
        place("g1", spec("w1", "here", "g1"));

        place("g1", spec("w2", "here", "g1"));

        assertThat(desired.specs()).containsOnlyKeys("w2");
    }

    @Test
    void forgetsAGenerationThatIsGone() {
        place("g1", spec("w1", "here", "g1"));

        desired.apply(ENDPOINT + "/g1", null);

        assertThat(desired.specs()).isEmpty();
    }
}
