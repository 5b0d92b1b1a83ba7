#include "models.hpp"
