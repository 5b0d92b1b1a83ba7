#include "migrate_processes.hpp"

#include "support/catch.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

namespace strata::test {

using namespace migrate;

History ten_revisions() {
    History history;
    history.add(
        "r0", {},
        [](Operations& op) {
            op.create_table("log", {column("id", BigInteger{}).identity(), column("revision", Text{}),
                                    primary_key("pk_log", {"id"})});
            op.bulk_insert("log", {"revision"}, {{"r0"}});
        },
        [](Operations& op) { op.drop_table("log"); });
    for (int i = 1; i < 10; ++i) {
        const auto id = "r" + std::to_string(i);
        const auto name = "c" + std::to_string(i);
        history.add(
            id, {"r" + std::to_string(i - 1)},
            [id, name](Operations& op) {
                op.add_column("log", column(name, Integer{}).nullable());
                if (id == "r5") {
                    op.execute("UPDATE log SET c5 = 5");
                    op.alter_column("log", name).nullable(false).server_default(literal(5));
                }
                op.bulk_insert("log", {"revision"}, {{id}});
            },
            [name](Operations& op) { op.drop_column("log", name); });
    }
    return history;
}

std::vector<int> in_processes(int count, const std::function<void(int number)>& call) {
    int gate[2];
    REQUIRE(pipe(gate) == 0);
    std::vector<pid_t> children;
    for (int i = 0; i < count; ++i) {
        const pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            close(gate[1]);
            char end = 0;
            (void)!read(gate[0], &end, 1);  // until the parent lets go
            try {
                call(i);
                _exit(0);
            } catch (const std::exception& error) {
                std::fprintf(stderr, "%s\n", error.what());
                _exit(2);
            }
        }
        children.push_back(child);
    }
    close(gate[0]);
    close(gate[1]);
    std::vector<int> codes;
    for (const pid_t child : children) {
        int status = 0;
        waitpid(child, &status, 0);
        codes.push_back(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
    return codes;
}

}  // namespace strata::test
