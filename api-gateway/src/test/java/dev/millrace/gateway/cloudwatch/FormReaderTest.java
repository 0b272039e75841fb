package dev.millrace.gateway.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.controlplane.shape.Member;
import dev.millrace.controlplane.shape.Shape.Decimal;
import dev.millrace.controlplane.shape.Shape.Flag;
import dev.millrace.controlplane.shape.Shape.Items;
import dev.millrace.controlplane.shape.Shape.Structure;
import dev.millrace.controlplane.shape.Shape.Text;
import dev.millrace.controlplane.shape.Shape.Time;
import dev.millrace.controlplane.shape.Shape.Whole;
import dev.millrace.invocation.PlatformException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class FormReaderTest {
    private static final Text TEXT = new Text(0, 10);
    private static final Structure SHAPE = Structure.of(
            "Shape",
            Member.works("Name", TEXT),
            Member.works("Period", Whole.atLeast(1)),
            Member.works("Threshold", new Decimal(-9)),
            Member.works("Enabled", new Flag()),
            Member.works("At", new Time()),
            Member.works("Actions", new Items(0, 2, TEXT)),
            Member.works("Dimensions", new Items(0, 30, Structure.of("D", Member.works("Name", TEXT)))));

    @Test
    void makesAFormTheTreeOfItsShape() {
        ObjectNode tree = FormReader.read(
                SHAPE,
                Map.of(
                        "Action", "PutMetricAlarm",
                        "Name", "20",
                        "Period", "30",
                        "Threshold", "-1.5",
                        "Enabled", "true",
                        "At", "2026-01-02T01:02:03.500000Z",
                        "Actions.member.1", "a",
                        "Actions.member.2", "b",
                        "Dimensions.member.1.Name", "d"));

        assertThat(tree.toString())
                .isEqualTo("{\"Name\":\"20\",\"Period\":30.0,\"Threshold\":-1.5,\"Enabled\":true,"
                        + "\"At\":1767315723.500,\"Actions\":[\"a\",\"b\"],\"Dimensions\":[{\"Name\":\"d\"}]}");
    }

    @Test
    void readsAnEmptyListAndNoMoreItemsThanTellThatThereAreTooMany() {
        assertThat(FormReader.read(SHAPE, Map.of("Actions", "")).path("Actions"))
                .isEmpty();
        assertThat(FormReader.read(
                                SHAPE,
                                Map.of(
                                        "Actions.member.1", "a",
                                        "Actions.member.2", "b",
                                        "Actions.member.3", "c",
                                        "Actions.member.4", "d"))
                        .path("Actions"))
                .hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        "Period, much",
        "Period, NaN",
        "Period, 1e999",
        "Enabled, yes",
        "At, yesterday",
        "At, T",
        "Dimensions.member.1.Name.More, x",
        "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q, x"
    })
    void refusesWhatCannotBeOfItsShape(String name, String value) {
        assertThatThrownBy(() -> FormReader.read(SHAPE, Map.of(name, value))).isInstanceOf(PlatformException.class);
    }

    @Test
    void writesTimesListsAndMapsAsTheProtocolHasThem() {
        ObjectNode answer = ControlPlaneJson.parse("""
                {"Label":"<m>","Datapoints":[{"Sum":1.5,"ExtendedStatistics":{"p99":2}}],"Nothing":[]}""".getBytes(StandardCharsets.UTF_8));
        answer.set("At", ControlPlaneJson.time(Instant.parse("2026-01-01T00:00:00.250Z")));

        assertThat(TreeXml.members(answer))
                .isEqualTo("<Label>&lt;m&gt;</Label><Datapoints><member><Sum>1.5</Sum><ExtendedStatistics><entry>"
                        + "<key>p99</key><value>2</value></entry></ExtendedStatistics></member></Datapoints>"
                        + "<Nothing></Nothing><At>2026-01-01T00:00:00.250Z</At>");
        assertThat(TreeXml.members(JsonNodeFactory.instance.objectNode())).isEmpty();
    }
}
