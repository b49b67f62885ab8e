"""Kitchen arithmetic and cooking times."""

from typing import Annotated, Any, Literal

VOLUME_ML = {"cups": 240.0, "tablespoons": 15.0, "teaspoons": 5.0, "millilitres": 1.0, "litres": 1000.0}
WEIGHT_G = {"ounces": 28.35, "grams": 1.0, "pounds": 453.6, "kilograms": 1000.0}
MINUTES = {
    "pasta": "8 to 12", "rice": "15 to 18", "potatoes": "20 to 25", "soft eggs": "6", "hard eggs": "10",
    "carrots": "8 to 10", "broccoli": "5", "lentils": "20 to 30", "quinoa": "15", "corn": "7",
}  # fmt: skip

Food = Literal[
    "pasta", "rice", "potatoes", "soft eggs", "hard eggs", "carrots", "broccoli", "lentils", "quinoa", "corn"
]


def convert_measure(amount: float, source: str, target: str) -> dict[str, Any]:
    """Convert between measures of the same kind: volume to volume, weight to weight."""
    for table in (VOLUME_ML, WEIGHT_G):
        if source in table and target in table:
            result = round(amount * table[source] / table[target], 2)
            return {"result": result, "say": f"{amount:g} {source} are {result:g} {target}."}
    return {"say": f"{source} and {target} measure different things, volume and weight, so that depends on the food."}


def cooking_time(food: Annotated[Food, "what is cooked"]) -> dict[str, str]:
    """Tell how long a food is boiled."""
    return {"food": food, "minutes": MINUTES[food], "say": f"Boil {food} for {MINUTES[food]} minutes."}
