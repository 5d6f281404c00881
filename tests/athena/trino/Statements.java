import com.fasterxml.jackson.databind.ObjectMapper;
import io.trino.Session;
import io.trino.plugin.memory.MemoryConnectorFactory;
import io.trino.spi.type.TimeZoneKey;
import io.trino.testing.LocalQueryRunner;
import io.trino.testing.MaterializedResult;
import io.trino.testing.MaterializedRow;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import static io.trino.testing.TestingSession.testSessionBuilder;

/** Statements of Trino, one JSON text a line; each is answered with one line: columns and rows, or the error. */
public class Statements {
  public static void main(String[] args) throws Exception {
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    ObjectMapper json = new ObjectMapper();
    // Athena's is UTC: what is right in any other does not depend on it.
    Session session =
        testSessionBuilder()
            .setCatalog("memory")
            .setSchema("default")
            .setTimeZoneKey(TimeZoneKey.getTimeZoneKey("Pacific/Apia"))
            .build();
    try (LocalQueryRunner trino = LocalQueryRunner.create(session)) {
      trino.createCatalog("memory", new MemoryConnectorFactory(), Map.of());
      BufferedReader statements = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line; (line = statements.readLine()) != null; ) {
        answers.println(json.writeValueAsString(answer(trino, json.readValue(line, String.class))));
      }
    }
    System.exit(0);
  }

  private static Map<String, Object> answer(LocalQueryRunner trino, String statement) {
    Map<String, Object> answer = new LinkedHashMap<>();
    try {
      MaterializedResult result = trino.execute(statement);
      List<List<Object>> rows = new ArrayList<>();
      for (MaterializedRow row : result) rows.add(row.getFields());
      answer.put("columns", result.getColumnNames());
      answer.put("rows", rows);
    } catch (RuntimeException failure) {
      answer.put("error", String.valueOf(failure.getMessage()));
    }
    return answer;
  }
}
