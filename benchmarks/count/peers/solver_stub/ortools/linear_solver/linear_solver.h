// Stands in for OR-Tools so that the rules compile; the measures that need a solver abort.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <vector>
namespace operations_research {
struct MPVariable { double solution_value() const { std::abort(); } };
struct MPConstraint { void SetCoefficient(const MPVariable *, double) { std::abort(); } };
struct MPObjective {
    void SetCoefficient(const MPVariable *, double) { std::abort(); }
    void SetMinimization() { std::abort(); }
    void SetMaximization() { std::abort(); }
    double Value() const { std::abort(); }
};
struct MPSolver {
    enum ResultStatus { OPTIMAL, FEASIBLE, INFEASIBLE, UNBOUNDED, ABNORMAL, NOT_SOLVED };
    static MPSolver *CreateSolver(const std::string &) { std::abort(); }
    static double infinity() { return std::numeric_limits<double>::infinity(); }
    MPConstraint *MakeRowConstraint(double, double) { std::abort(); }
    MPVariable *MakeBoolVar(const std::string &) { std::abort(); }
    MPVariable *MakeIntVar(double, double, const std::string &) { std::abort(); }
    MPVariable *MakeNumVar(double, double, const std::string &) { std::abort(); }
    MPObjective *MutableObjective() { std::abort(); }
    const MPObjective &Objective() const { std::abort(); }
    ResultStatus Solve() { std::abort(); }
    void set_time_limit(int64_t) {}
};
} // namespace operations_research
