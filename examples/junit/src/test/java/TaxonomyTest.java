import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TaxonomyTest {
  private RelataWorld relata;

  @BeforeEach
  void begin() {
    relata = new RelataWorld();
  }

  @AfterEach
  void end() {
    relata.close();
  }

  private int addGroup(String name) {
    return relata.graph("POST", "/v1.0/termStore/groups", "{\"displayName\": \"" + name + "\"}").statusCode();
  }

  @Test
  void makesAGroup() {
    assertEquals(201, addGroup("Kitchen"));
  }

  @Test
  void isRefusedWhereThereIsOneOfThatName() {
    addGroup("Kitchen");
    assertEquals(409, addGroup("Kitchen"));
  }

  @Test
  void movesTheClock() {
    relata.control("POST", "/_relata/clock", "{\"freeze\": true, \"set\": \"2026-05-01T00:00:00Z\"}");
    var moved = relata.control("POST", "/_relata/clock", "{\"advance\": \"P30D\"}").body();
    assertEquals("2026-05-31T00:00:00.000Z", RelataWorld.member(moved, "now"));
  }
}
