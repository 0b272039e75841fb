package dev.millrace.controlplane.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.controlplane.Fixture;
import dev.millrace.invocation.PlatformException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class TagOperationsTest {
    private static final String ARN = "arn:aws:sagemaker:us-east-1:000000000000:";

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "endpoint-config", "endpoint"})
    void addsListsAndDeletesTagsOfEveryKind(String kind) {
        fixture.createEndpoint("digits");
        String arn = ARN + kind + "/digits";

        assertThat(add(arn, "{'Key':'team','Value':'a'},{'Key':'stage','Value':''}"))
                .containsExactly("team=a", "stage=");
        assertThat(add(arn, "{'Key':'team','Value':'b'}")).containsExactly("team=b", "stage=");
        assertThat(list(arn)).containsExactly("team=b", "stage=");

        assertThat(fixture.call("DeleteTags", "{'ResourceArn':'%s','TagKeys':['stage','none']}".formatted(arn))
                        .isEmpty())
                .isTrue();
        assertThat(list(arn)).containsExactly("team=b");
    }

    @Test
    void showsTheTagsOfTheCreateAndForgetsThemWithTheResource() {
        String tagged = "{'ModelName':'m','PrimaryContainer':{'Image':'x'},'Tags':[{'Key':'a','Value':'1'}]}";
        fixture.call("CreateModel", tagged);
        add(ARN + "model/m", "{'Key':'b','Value':'2'}");
        assertThat(list(ARN + "model/m")).containsExactly("a=1", "b=2");
        assertThat(fixture.call("DescribeModel", "{'ModelName':'m'}").has("Tags"))
                .isFalse();

        fixture.call("DeleteModel", "{'ModelName':'m'}");
        fixture.call("CreateModel", "{'ModelName':'m','PrimaryContainer':{'Image':'x'},'Tags':[]}");

        assertThat(list(ARN + "model/m")).isEmpty();
    }

    @Test
    void leavesTheEndpointAsItIsButForItsTags() {
        fixture.createEndpoint("digits");
        JsonNode before = fixture.call("DescribeEndpoint", "{'EndpointName':'digits'}");

        add(ARN + "endpoint/digits", "{'Key':'team','Value':'a'}");

        assertThat(fixture.call("DescribeEndpoint", "{'EndpointName':'digits'}"))
                .isEqualTo(before);
    }

    @Test
    void countsTheTagsOfWritersOfTwoProcesses() throws InterruptedException, ExecutionException {
        fixture.createModel("m");
        try (var other = fixture.open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var operations = new ControlPlaneOperations(other, Fixture.CONFIG, fixture.clock, new Random(3));

            List<Future<?>> writers = IntStream.range(0, 10)
                    .<Future<?>>mapToObj(n -> threads.submit(() -> (n % 2 == 0 ? fixture.operations : operations)
                            .call(
                                    "AddTags",
                                    Fixture.json("{'ResourceArn':'%smodel/m','Tags':[{'Key':'k%d','Value':'v'}]}"
                                            .formatted(ARN, n)))))
                    .toList();
            for (Future<?> writer : writers) {
                writer.get();
            }
        }

        // The other process's last change is announced to this one a moment later.
        await().untilAsserted(
                        () -> assertThat(list(ARN + "model/m")).hasSize(10).doesNotHaveDuplicates());
    }

    static Stream<List<String>> refused() {
        return Stream.of(
                List.of("model/none", "Could not find model \"" + ARN + "model/none\"."),
                List.of("endpoint/none", "Could not find endpoint \"" + ARN + "endpoint/none\"."),
                List.of(
                        "endpoint-config/none",
                        "Could not find endpoint configuration \"" + ARN + "endpoint-config/none\"."),
                List.of("model/../topic/t", "Could not find model \"" + ARN + "model/../topic/t\"."),
                List.of("model/a\\u0000", "Could not find model"),
                List.of("notebook-instance/n", "Could not find resource \"" + ARN + "notebook-instance/n\"."));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void saysThatThereIsNoSuchResource(List<String> row) {
        for (String operation : List.of("AddTags", "ListTags", "DeleteTags")) {
            assertFails(
                    operation,
                    "{'ResourceArn':'%s%s','Tags':[{'Key':'k','Value':'v'}],'TagKeys':['k']}"
                            .formatted(ARN, row.getFirst()),
                    row.getLast());
        }
    }

    @Test
    void knowsNoResourcesOfOtherAccountsAndRegions() {
        fixture.createModel("m");

        for (String arn : List.of(
                "arn:aws:sagemaker:us-east-1:111111111111:model/m",
                "arn:aws:sagemaker:eu-west-1:000000000000:model/m")) {
            assertFails("ListTags", "{'ResourceArn':'" + arn + "'}", "Could not find resource \"" + arn + "\".");
        }
    }

    @Test
    void keepsFiftyTagsAndNoMore() {
        fixture.createModel("m");
        String fifty = String.join(
                ",",
                IntStream.range(0, 50)
                        .mapToObj(n -> "{'Key':'k" + n + "','Value':'v'}")
                        .toList());
        assertThat(add(ARN + "model/m", fifty)).hasSize(50);

        assertFails(
                "AddTags",
                "{'ResourceArn':'" + ARN + "model/m','Tags':[{'Key':'one more','Value':'v'}]}",
                "A resource can have 50 tags; with these it would have 51.");
        assertThat(add(ARN + "model/m", "{'Key':'k1','Value':'w'}")).contains("k1=w");
    }

    @Test
    void keepsTheTagThatAnEndpointConfigWasMadeWith() {
        fixture.createModel("m");
        fixture.createConfig("c", "m");

        assertFails(
                "AddTags",
                "{'ResourceArn':'" + ARN + "endpoint-config/c','Tags':[{'Key':'millrace:result-topic','Value':'t'}]}",
                "The tag millrace:result-topic is part of an endpoint configuration and cannot be changed: create"
                        + " another endpoint configuration.");
    }

    private List<String> add(String arn, String tags) {
        return texts(fixture.call("AddTags", "{'ResourceArn':'%s','Tags':[%s]}".formatted(arn, tags)));
    }

    private List<String> list(String arn) {
        ObjectNode answer = fixture.call("ListTags", "{'ResourceArn':'" + arn + "','MaxResults':50}");
        assertThat(answer.has("NextToken")).isFalse();
        return texts(answer);
    }

    private static List<String> texts(ObjectNode answer) {
        return answer.get("Tags").values().stream()
                .map(tag ->
                        tag.get("Key").stringValue() + "=" + tag.get("Value").stringValue())
                .toList();
    }

    private void assertFails(String operation, String request, String message) {
        assertThatThrownBy(() -> fixture.call(operation, request))
                .isInstanceOfSatisfying(PlatformException.class, e -> {
                    assertThat(AwsErrors.sageMaker(e.code()).code()).isEqualTo("ValidationException");
                    assertThat(e.text()).contains(message);
                });
    }
}
